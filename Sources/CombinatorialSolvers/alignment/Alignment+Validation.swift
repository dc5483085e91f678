package import CombinatorialKernels

extension Alignment {
  /// Solves a batch in place, for callers that own memory of their own.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: the batch.
  ///   - gapCosts: prices of the single gaps instead of ``Gaps/cost(_:)``.
  package func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: AlignmentShape, gapCosts: GapCosts<Scalar>? = nil
  ) throws(CombinatorialError) -> AlignmentOutput {
    try shape.validate(costCount: costs.count)
    return try solve(
      AlignmentCosts(costs, rowStride: shape.columns), shape: shape, gapCosts: gapCosts)
  }

  /// Solves a batch whose costs come in any form; the shape has been validated.
  package func solve<Scalar: CostScalar>(
    _ costs: AlignmentCosts<Scalar>, shape: AlignmentShape, gapCosts: GapCosts<Scalar>? = nil
  ) throws(CombinatorialError) -> AlignmentOutput {
    let rule = try checkedRule(shape)
    return try withGaps(gapCosts, of: costs, shape: shape) { costs throws(AlignmentFailure) in
      try AlignmentKernel.solve(costs, shape: shape, rule: rule, maxThreads: maxThreads)
    }
  }

  /// Calls a kernel with the prices of all gaps where the rule has them.
  func withGaps<Scalar: CostScalar, Output>(
    _ given: GapCosts<Scalar>?, of costs: AlignmentCosts<Scalar>, shape: AlignmentShape,
    _ kernel: (AlignmentCosts<Scalar>) throws(AlignmentFailure) -> Output
  ) throws(CombinatorialError) -> Output {
    let gapCosts = try checked(given, shape: shape)
    do throws(AlignmentFailure) {
      guard let gapCosts else { return try kernel(costs) }
      return try gapCosts.predicted.withUnsafeBuffer { rowGaps throws(AlignmentFailure) in
        try gapCosts.target.withUnsafeBuffer { columnGaps throws(AlignmentFailure) in
          var costs = costs
          costs.rowGaps = rowGaps
          costs.columnGaps = columnGaps
          return try kernel(costs)
        }
      }
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape)
    }
  }

  /// Solves a batch whose costs are logSumExp[i] - x[i][labels[k]].
  ///
  /// - Parameters:
  ///   - x: `[batch, rows, rowStride]`.
  ///   - labels: `[batch, columns]`; those in use have been checked.
  ///   - logSumExp: `[batch, rows]`.
  package func solve(
    _ x: UnsafeBufferPointer<Float>, rowStride: Int, labels: [Int32], logSumExp: [Double],
    shape: AlignmentShape
  ) throws(CombinatorialError) -> AlignmentOutput {
    try AlignmentCosts.withLabels(
      x, rowStride: rowStride, labels: labels, logSumExp: logSumExp
    ) { costs throws(CombinatorialError) in try solve(costs, shape: shape) }
  }

  /// The kernel's form of the rule.
  package func checkedRule(_ shape: AlignmentShape) throws(CombinatorialError) -> AlignmentRule {
    if let blockRows, blockRows < 1 {
      throw .invalidOption("blockRows", value: Double(blockRows), expected: "at least 1")
    }
    let block = blockRows ?? (shape.rows * shape.columns > 1 << 27 ? shape.lightBlockRows : 0)
    switch gaps {
    case .factor(let factor):
      guard factor > 0, factor.isFinite else {
        throw .invalidOption("gap factor", value: factor, expected: "a number greater than 0")
      }
      return AlignmentRule(.factor(factor), blockRows: block)
    case .cost(let cost):
      guard cost > -.infinity else {
        throw .invalidOption("gap cost", value: cost, expected: "a number or +infinity")
      }
      return AlignmentRule(.costs, blockRows: block)
    case .timeWarping(let band):
      if let band, band < 0 {
        throw .invalidOption("band", value: Double(band), expected: "at least 0")
      }
      return AlignmentRule(.timeWarping(band: band), blockRows: block)
    }
  }

  /// The prices of all gaps where the rule has them; nil where it has none.
  package func checked<Scalar: CostScalar>(
    _ given: GapCosts<Scalar>?, shape: AlignmentShape
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
        throw .invalidOption(
          "gap cost", value: cost,
          expected: "at most \(Scalar.greatestFiniteMagnitude), as the costs, or +infinity")
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
      let predicted = given.predicted[item * shape.rows..<(item + 1) * shape.rows]
      let target = given.target[item * shape.columns..<(item + 1) * shape.columns]
      let used = predicted.prefix(shape.rowCount(item)) + target.prefix(shape.columnCount(item))
      if let refused = used.first(where: { !($0 > -.infinity) }) {
        throw .invalidGapCost(batch: item, value: Double(refused))
      }
    }
    return given
  }
}

extension AlignmentShape {
  /// Blocks at which moves and stored distances take about the same memory.
  fileprivate var lightBlockRows: Int { max(16, Int(4 * Double(rows).squareRoot())) }

  /// Checks that the sizes are sizes, that `costCount` numbers fill them, and that lengths lie within.
  package func validate(costCount: Int) throws(CombinatorialError) {
    let padded = AssignmentShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    try padded.validate(costCount: costCount)
  }
}

extension AlignmentCosts<Float> {
  /// Calls `body` with the costs logSumExp[i] - x[i][labels[k]].
  static func withLabels<Output>(
    _ x: UnsafeBufferPointer<Float>, rowStride: Int, labels: [Int32], logSumExp: [Double],
    _ body: (AlignmentCosts) throws(CombinatorialError) -> Output
  ) throws(CombinatorialError) -> Output {
    try labels.withUnsafeBuffer { labels throws(CombinatorialError) in
      try logSumExp.withUnsafeBuffer { logSumExp throws(CombinatorialError) in
        var costs = AlignmentCosts(x, rowStride: rowStride)
        costs.labels = labels
        costs.logSumExp = logSumExp
        return try body(costs)
      }
    }
  }
}

extension CombinatorialError {
  /// The public form of a kernel's refusal.
  init<Scalar: CostScalar>(
    _ failure: AlignmentFailure, costs: AlignmentCosts<Scalar>, shape: AlignmentShape
  ) {
    switch failure {
    case .invalidCost(let batch, let row, let column):
      let first = (batch * shape.rows + row) * costs.rowStride
      var value = Double(costs.scalars[first + column])
      if let labels = costs.labels, let logSumExp = costs.logSumExp {
        let label = Int(labels[batch * shape.columns + column])
        value = logSumExp[batch * shape.rows + row] - Double(costs.scalars[first + label])
      }
      self = .invalidCost(batch: batch, row: row, column: column, value: value)
    case .infeasible(let batch):
      self = .infeasible(batch: batch)
    case .emptySequence(let batch, let isPredicted):
      self = .emptySequence(batch: batch, side: isPredicted ? .predicted : .target)
    case .outOfRange(let batch):
      self = .valueOutOfRange(batch: batch)
    case .tooLarge(let rows, let columns):
      self = .sizeOverflow("an alignment problem of \(rows) rows and \(columns) columns")
    }
  }
}
