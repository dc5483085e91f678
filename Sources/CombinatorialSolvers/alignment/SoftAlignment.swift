package import CombinatorialKernels

/// Smoothed global alignment: the recurrence of ``Alignment`` with a soft minimum.
///
///     value = -t log sum over paths of exp(-cost of the path / t)
///
/// for the temperature t. It is below z* by at most t times the logarithm of the number of paths, tends to
/// it as t goes to 0, and is differentiable everywhere: its gradient by the costs is the expectation of
/// the hard gradient over paths drawn with probability proportional to exp(-cost / t), and
/// ``SoftAlignmentSolution/expectedPath`` holds it. Computed in log-space, in double, for any positive t: the
/// logarithm of the number of cheapest paths is kept apart from what they cost, so that for small t it does
/// not drown. The value is within 8 n (A 2^-52 + 2^-1074) for n = rows + columns and A = n (greatest price +
/// t log 3); one beyond the range of double is refused. The shares of the moves out of a node add up to 1;
/// they are as sure as distances of the magnitude H, within a factor of exp(8 (H 2^-52 + n 2^-1074) / t). Empty sequences
/// are those of ``Alignment``.
///
/// Complexity: O(rows columns) time and memory, three exponentials and a logarithm a node.
///
/// M. Cuturi, M. Blondel, Soft-DTW, ICML 2017, arXiv:1703.01541; A. Mensch, M. Blondel, Differentiable
/// dynamic programming, ICML 2018, arXiv:1802.03676.
public struct SoftAlignment: Sendable, Hashable {
  /// What moves cost, and how many threads a batch may use.
  public var alignment: Alignment
  /// t, in the unit of the costs; greater than 0.
  public var temperature: Double

  /// A smoothed alignment.
  public init(temperature: Double, alignment: Alignment = Alignment()) {
    self.temperature = temperature
    self.alignment = alignment
  }

  /// Smooths one problem.
  ///
  /// - Parameters:
  ///   - costs: the cost matrix `[rows, columns]`, row by row; `+infinity` forbids a cell.
  ///   - rows: number of predicted positions.
  ///   - columns: number of target positions.
  ///   - gapCosts: prices of the single gaps instead of ``Alignment/Gaps/cost(_:)``.
  /// - Throws: ``CombinatorialError``.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int, gapCosts: GapCosts<Double>? = nil
  ) throws(CombinatorialError) -> SoftAlignmentSolution {
    let shape = AlignmentShape(batch: 1, rows: rows, columns: columns)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, gapCosts: gapCosts, withGradient: true)
    }
    return SoftAlignmentSolution(value: output.values[0], expectedPath: output.gradient)
  }

  /// Smooths a batch in place, for callers that own memory of their own.
  package func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: AlignmentShape, gapCosts: GapCosts<Scalar>? = nil,
    withGradient: Bool
  ) throws(CombinatorialError) -> SoftAlignmentOutput<Scalar> {
    try shape.validate(costCount: costs.count)
    return try solve(
      AlignmentCosts(costs, rowStride: shape.columns), shape: shape, gapCosts: gapCosts,
      withGradient: withGradient)
  }

  /// Smooths a batch whose costs are logSumExp[i] - x[i][labels[k]].
  package func solve(
    _ x: UnsafeBufferPointer<Float>, rowStride: Int, labels: [Int32], logSumExp: [Double],
    shape: AlignmentShape, withGradient: Bool
  ) throws(CombinatorialError) -> SoftAlignmentOutput<Float> {
    try AlignmentCosts.withLabels(
      x, rowStride: rowStride, labels: labels, logSumExp: logSumExp
    ) { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, withGradient: withGradient)
    }
  }

  private func solve<Scalar: CostScalar>(
    _ costs: AlignmentCosts<Scalar>, shape: AlignmentShape, gapCosts: GapCosts<Scalar>? = nil,
    withGradient: Bool
  ) throws(CombinatorialError) -> SoftAlignmentOutput<Scalar> {
    guard temperature > 0, temperature.isFinite else {
      throw .invalidOption(
        "temperature", value: temperature, expected: "a number greater than 0")
    }
    let rule = try alignment.checkedRule(shape)
    return try alignment.withGaps(gapCosts, of: costs, shape: shape) {
      costs throws(AlignmentFailure) in
      try SoftAlignmentKernel.solve(
        costs, shape: shape, rule: rule, temperature: temperature, withGradient: withGradient,
        maxThreads: alignment.maxThreads)
    }
  }
}

/// A smoothed value and the expectation that is its gradient.
public struct SoftAlignmentSolution: Sendable {
  /// The smoothed value.
  public let value: Double
  /// `[rows, columns]`: the gradient by the costs, the expected number of diagonals that read each cell,
  /// and of gaps times their factor.
  public let expectedPath: [Double]
}
