internal import CCombinatorialKernels
public import CombinatorialKernels

/// Smoothed global alignment: the recurrence of ``Alignment`` with a soft minimum.
///
///     value = -t log sum over paths of exp(-cost of the path / t)
///
///     let soft = SoftAlignment(temperature: 0.5)
///     try soft.solve([1, 3, 3, 1], rows: 2, columns: 2).value.rounded()  // 2
///
/// for the temperature t. It is below z* by at most t times the logarithm of the number of paths, tends to
/// it as t goes to 0, and is differentiable everywhere: its gradient by the costs is the expectation of
/// the hard gradient over paths drawn with probability proportional to exp(-cost / t). Computed in log-space, in double, for any positive t: the
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
public struct SoftAlignment: AlignmentProblem, Hashable {
  /// The smoothed values of a batch.
  public typealias Solutions = SoftAlignmentBatch

  /// What moves cost, and how many threads a batch may use.
  public var alignment: Alignment
  /// t, in the unit of the costs; greater than 0.
  public var temperature: Double

  /// A smoothed alignment.
  public init(temperature: Double, alignment: Alignment = Alignment()) {
    (self.temperature, self.alignment) = (temperature, alignment)
  }

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int? {
    get { alignment.maxThreads }
    set { alignment.maxThreads = newValue }
  }

  /// Smooths a batch that has been checked.
  public func solve<Scalar: CostScalar>(
    _ input: AlignmentInput<Scalar>
  ) throws(CombinatorialError) -> SoftAlignmentBatch {
    guard temperature > 0, temperature.isFinite else {
      throw CombinatorialError(
        .invalidOption("temperature", value: temperature, expected: "a number greater than 0"))
    }
    let rule = try alignment.kernelRule(input.shape, temperature: temperature)
    return try SoftAlignmentBatch(self, input, rule: rule)
  }
}

/// A smoothed value and the expectation that is its gradient.
public struct SoftAlignmentSolution: OptimalSolution {
  /// The smoothed value.
  public let value: Double
  /// `[rows, columns]`: the gradient by the costs, the expected number of diagonals that read each cell,
  /// and of gaps times their factor.
  public let gradient: [Double]
  /// The gradient by the price of each gap: the probability that a path takes it.
  public let gapGradient: GapCosts<Double>

  let grid: AlignmentGrid
  let temperature: Double

  private enum CodingKeys: CodingKey { case value, gradient, gapGradient }

  /// What the value may be off by, at most: a smoothed value is no minimum, and there is the bound of
  /// rounding alone, see ``SoftAlignment``.
  public var dualityGap: Double {
    guard grid.matrix.isKept else { return .infinity }
    let steps = Double(grid.rows + grid.columns)
    let magnitude = steps * (grid.greatestPrice + temperature * 1.1)  // log 3 < 1.1
    return steps > 0 ? 8 * steps * (magnitude * .ulpOfOne + .leastNonzeroMagnitude) : 0
  }
}

/// The smoothed values of a batch. Each is a ``SoftAlignmentSolution``; the values of all are at hand too.
public struct SoftAlignmentBatch: SolvedBatch, AlignmentSolutions {
  /// `[batch, rows, columns]`: the gradient by the costs, 0 in the padding.
  private let expectedPaths: CostStorage
  /// `[batch, rows]`: the probability that each row is skipped.
  private let rowGaps: CostStorage
  /// `[batch, columns]`: the probability that each column is skipped.
  private let columnGaps: CostStorage

  package var results: BatchResults
  private let problem: SoftAlignment
  private let gapCosts: GapCosts<Double>?

  /// The cells that a path may read.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for cell in 0..<shape.itemCount {
      let entry = expectedPaths[item * shape.itemCount + cell]
      if entry != 0 { body(cell, entry) }
    }
  }

  /// The gradient of a weighted sum of the values by the costs, and by the price of each gap where there is
  /// room for it.
  public func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>,
    predictedGaps: UnsafeMutableBufferPointer<Scalar>?,
    targetGaps: UnsafeMutableBufferPointer<Scalar>?
  ) {
    expectedPaths.scale(by: weights, into: gradient)
    if let predictedGaps { rowGaps.scale(by: weights, into: predictedGaps) }
    if let targetGaps { columnGaps.scale(by: weights, into: targetGaps) }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> SoftAlignmentSolution {
    let path = CostMatrix(expectedPaths, item: item, of: shape)
    return SoftAlignmentSolution(
      value: values[item],
      gradient: path.cells,
      gapGradient: GapCosts(
        predicted: shape.rowRange(item).map { rowGaps[$0] },
        target: shape.columnRange(item).map { columnGaps[$0] }),
      grid: AlignmentGrid(
        problem.alignment, matrix: results.costs(item),
        gapCosts: gapCosts?.item(item, of: shape)),
      temperature: problem.temperature)
  }
}

extension SoftAlignmentBatch {
  /// Smooths every problem, from checked costs, one after the other on slices of the batch.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  init<Scalar: CostScalar>(
    _ problem: SoftAlignment, _ input: AlignmentInput<Scalar>, rule: cl_alignment_rule
  ) throws(CombinatorialError) {
    let shape = input.shape
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 2048),
      workspaceSize: cl_soft_alignment_workspace_size(shape.rows, shape.columns),
      maxThreads: problem.maxThreads)
    let set = input.instructionSet.cValue
    guard run.workspaceSize > 0 else { throw input.tooLarge }
    var results = BatchResults(shape)
    var gradient: [Scalar] = try zeros(shape.batch * shape.itemCount)
    var rowGradient = [Scalar](repeating: 0, count: shape.batch * shape.rows)
    var columnGradient = [Scalar](repeating: 0, count: shape.batch * shape.columns)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &gradient, &rowGradient, &columnGradient
      ) { values, costs, rowGaps, columnGaps throws(KernelRefusal) in
        try run.forEachItem { item, workspace, fault in
          var problem = input.problem(item)
          return cl_soft_alignment_solve(
            set, Scalar.element, &problem, rule, workspace, shape.columns, values.from(item),
            costs.from(item * shape.itemCount), rowGaps.from(item * shape.rows),
            columnGaps.from(item * shape.columns), &fault)
        }
      }
    } catch {
      throw input.error(error, rule: rule)
    }
    (self.problem, self.results, gapCosts) = (problem, results, input.gapCosts)
    expectedPaths = CostStorage(adopting: gradient)
    rowGaps = CostStorage(adopting: rowGradient)
    columnGaps = CostStorage(adopting: columnGradient)
  }
}

extension CostStorage {
  /// Numbers `[batch, …]`, those of each item times its weight.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  fileprivate func scale<Scalar: CostScalar>(
    by weights: UnsafeBufferPointer<Scalar>, into output: UnsafeMutableBufferPointer<Scalar>
  ) {
    switch self {
    case .float(let numbers): numbers.scale(by: weights, into: output)
    case .double(let numbers): numbers.scale(by: weights, into: output)
    case .none, .points, .letters: output.update(repeating: 0)
    }
  }
}

extension Array where Element: CostScalar {
  fileprivate func scale<Scalar: CostScalar>(
    by weights: UnsafeBufferPointer<Scalar>, into output: UnsafeMutableBufferPointer<Scalar>
  ) {
    let size = output.count / Swift.max(1, weights.count)
    for item in weights.indices {
      for place in item * size..<(item + 1) * size {
        output[place] = weights[item] * Scalar(self[place])
      }
    }
  }
}
