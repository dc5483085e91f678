internal import CombinatorialKernels

/// The assignment problem as a loss: dz*/dcosts is 1 at the matched pairs and 0 elsewhere.
extension Assignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }

  /// The cost of the optimal assignments as a differentiable loss of the costs and of the price of
  /// staying unmatched.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - unmatchedCost: X, the price of each row and of each column that stays unmatched, instead of
  ///     ``/CombinatorialSolvers/Assignment/unmatchedCost``: `[]` for all, or `[batch]`. dz*/dX is their number.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, unmatchedCost: Tensor, rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let prices = try ItemPrices(unmatchedCost, extent: nil, of: items)
    let shape = items.shape(lengths: Lengths(rows: rowCounts, columns: columnCounts))
    let solutions = try items.tensor.withUnsafeScalars { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: shape, columnPotentials: nil, unmatchedCosts: prices.ofAll)
    }
    return Tensor.recorded(
      "assignment", inputs: [costs, unmatchedCost], output: try items.values(of: solutions)
    ) { cotangent in
      [
        try items.gradient(of: solutions, cotangent: cotangent),
        try prices.gradient(solutions.unmatchedCounts, cotangent: cotangent),
      ]
    }
  }

  /// The optimal value as a differentiable loss of the costs and of what each row and each column costs
  /// unmatched.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - unmatchedRowCosts: `[rows]` or `[batch, rows]`; the gradient is 1 where a row is unmatched.
  ///   - unmatchedColumnCosts: `[columns]` or `[batch, columns]`; the same for columns.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, unmatchedRowCosts: Tensor, unmatchedColumnCosts: Tensor,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let shape = items.shape(lengths: Lengths(rows: rowCounts, columns: columnCounts))
    let rows = try ItemPrices(unmatchedRowCosts, extent: shape.rows, of: items)
    let columns = try ItemPrices(unmatchedColumnCosts, extent: shape.columns, of: items)
    let solutions = try items.tensor.withUnsafeScalars { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: shape, unmatchedRowCosts: rows.ofAll, unmatchedColumnCosts: columns.ofAll)
    }
    return Tensor.recorded(
      "assignment", inputs: [costs, unmatchedRowCosts, unmatchedColumnCosts],
      output: try items.values(of: solutions)
    ) { cotangent in
      [
        try items.gradient(of: solutions, cotangent: cotangent),
        try rows.gradient(solutions.unmatchedRowGradient, cotangent: cotangent),
        try columns.gradient(solutions.unmatchedColumnGradient, cotangent: cotangent),
      ]
    }
  }
}

/// A price, or a vector of prices, shared by a batch or one for each item.
private struct ItemPrices: Sendable {
  /// `[batch]` or `[batch, extent]`.
  let ofAll: [Double]
  private let shape: [Int]
  private let isShared: Bool

  init(_ tensor: Tensor, extent: Int?, of items: BatchedItems) throws(CombinatorialError) {
    let own = extent.map { [$0] } ?? []
    guard tensor.shape == own || tensor.shape == items.batchShape + own else {
      throw .shapeMismatch(
        expected: "unmatched costs of shape \(own) or \(items.batchShape + own)",
        found: "\(tensor.shape)")
    }
    shape = tensor.shape
    isShared = tensor.shape == own
    let prices = tensor.scalars.map(Double.init)
    ofAll = isShared ? (0..<items.count).flatMap { _ in prices } : prices
  }

  /// The gradient, from that of each item's value: shared prices have the sum.
  func gradient(_ ofItems: [Double], cotangent: Tensor) throws -> Tensor {
    let extent = ofItems.count / max(1, cotangent.count)
    let weights = cotangent.scalars
    var gradient = [Float](repeating: 0, count: shape.reduce(1, *))
    for (index, entry) in ofItems.enumerated() {
      gradient[isShared ? index % extent : index] += Float(entry) * weights[index / extent]
    }
    return try Tensor(gradient, shape: shape)
  }
}
