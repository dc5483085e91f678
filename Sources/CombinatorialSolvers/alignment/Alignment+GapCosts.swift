public import CombinatorialKernels

/// What it costs to skip each position.
public struct GapCosts<Scalar: CostScalar>: Sendable, Equatable, Encodable {
  /// `[rows]`, of a batch `[batch, rows]`: the price of V, of skipping a predicted position.
  public var predicted: [Scalar]
  /// `[columns]`, of a batch `[batch, columns]`: the price of H, of skipping a target position.
  public var target: [Scalar]

  /// Prices of single gaps. `+infinity` forbids one.
  public init(predicted: [Scalar], target: [Scalar]) {
    self.predicted = predicted
    self.target = target
  }
}

extension GapCosts<Double> {
  /// A copy that shares no memory with the other.
  init(_ other: GapCosts<some CostScalar>) {
    self.init(
      predicted: other.predicted.map { Double($0) }, target: other.target.map { Double($0) })
  }

  /// Those of one problem, without padding.
  func item(_ item: Int, of shape: BatchShape) -> GapCosts {
    GapCosts(
      predicted: Array(predicted[shape.rowRange(item)]),
      target: Array(target[shape.columnRange(item)]))
  }
}

extension Alignment {
  /// Solves one problem with a price for each gap instead of ``Gaps/cost(_:)``.
  ///
  /// - Parameters:
  ///   - costs: The cost matrix `[rows, columns]`, row by row.
  ///   - rows: The number of predicted positions.
  ///   - columns: The number of target positions.
  ///   - gapCosts: Prices of the single gaps; nil: one price for all.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible path, a wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int, gapCosts: GapCosts<Scalar>?
  ) throws(CombinatorialError) -> AlignmentSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns, gapCosts: gapCosts)[0]
  }

  /// Solves a batch of problems with a price for each gap, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  ///   - gapCosts: Prices of the single gaps, of all problems; nil: one price for all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, gapCosts: GapCosts<Scalar>?
  ) throws(CombinatorialError) -> AlignmentBatch {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      var solutions = try solveInPlace(costs, shape: shape, gapCosts: gapCosts)
      solutions.keep(costs: costs)
      return solutions
    }
  }

  /// The optimal values of a batch, and the gradient of their sum by the costs and by the price of each
  /// gap, from one run of the solver.
  ///
  /// - Parameters: As ``solve(_:batch:rows:columns:rowCounts:columnCounts:gapCosts:)``.
  /// - Returns: z* of each problem, and the gradients, 0 in the padding.
  /// - Throws: ``CombinatorialError``.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int = 1, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, gapCosts: GapCosts<Scalar>?
  ) throws(CombinatorialError) -> (
    values: [Double], gradient: [Scalar], gapGradient: GapCosts<Scalar>
  ) {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let solutions = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape, gapCosts: gapCosts)
    }
    var gradient = [Scalar](repeating: 0, count: costs.count)
    var gaps = GapCosts(
      predicted: [Scalar](repeating: 0, count: batch * rows),
      target: [Scalar](repeating: 0, count: batch * columns))
    [Scalar](repeating: 1, count: batch).withUnsafeBufferPointer { ones in
      gradient.withUnsafeMutableBufferPointer { gradient in
        gaps.predicted.withUnsafeMutableBufferPointer { predicted in
          gaps.target.withUnsafeMutableBufferPointer { target in
            solutions.gradient(
              weights: ones, into: gradient, predictedGaps: predicted, targetGaps: target)
          }
        }
      }
    }
    return (solutions.values, gradient, gaps)
  }

  /// Calls `body` with the prices of all gaps where the rule has them.
  func withGaps<Scalar: CostScalar, Output>(
    _ given: GapCosts<Scalar>?, of input: AlignmentInput<Scalar>, shape: BatchShape,
    _ body: (AlignmentInput<Scalar>) throws(CombinatorialError) -> Output
  ) throws(CombinatorialError) -> Output {
    guard let gapCosts = try checked(given, shape: shape) else { return try body(input) }
    return try gapCosts.predicted.withSharedInput { rowGaps throws(CombinatorialError) in
      try gapCosts.target.withSharedInput { columnGaps throws(CombinatorialError) in
        var input = input
        (input.rowGaps, input.columnGaps) = (rowGaps, columnGaps)
        return try body(input)
      }
    }
  }

  /// The prices of all gaps where the rule has them; nil where it has none.
  func checked<Scalar: CostScalar>(
    _ given: GapCosts<Scalar>?, shape: BatchShape
  ) throws(CombinatorialError) -> GapCosts<Scalar>? {
    guard case .cost(let cost) = gaps else {
      guard given == nil else {
        throw .shapeMismatch(
          expected: "no costs of single gaps unless the rule is a gap cost", found: "gap costs")
      }
      return nil
    }
    let (rows, columns) = (shape.batch * shape.rows, shape.batch * shape.columns)
    guard let given else {
      guard Scalar(cost).isFinite || cost == .infinity else {
        throw CombinatorialError(
          .invalidOption(
            "gap cost", value: cost,
            expected: "at most \(Scalar.greatestFiniteMagnitude), as the costs, or +infinity"))
      }
      return GapCosts(
        predicted: .init(repeating: Scalar(cost), count: rows),
        target: .init(repeating: Scalar(cost), count: columns))
    }
    guard given.predicted.count == rows, given.target.count == columns else {
      throw .shapeMismatch(
        expected: "\(rows) gap costs of predicted and \(columns) of target positions",
        found: "\(given.predicted.count) and \(given.target.count)")
    }
    for item in 0..<shape.batch {
      let used = given.predicted[shape.rowRange(item)] + given.target[shape.columnRange(item)]
      if let refused = used.first(where: { !($0 > -.infinity) }) {
        throw CombinatorialError(.invalidGapCost(value: Double(refused)), item: item)
      }
    }
    return given
  }
}
