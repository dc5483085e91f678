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
  ///     ``Assignment/unmatchedCost``: `[]` for all, or `[batch]`. dz*/dX is their number.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, unmatchedCost: Tensor, rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    guard unmatchedCost.shape.isEmpty || unmatchedCost.shape == items.batchShape else {
      throw CombinatorialError.shapeMismatch(
        expected: "an unmatched cost of shape [] or \(items.batchShape)",
        found: "\(unmatchedCost.shape)")
    }
    let prices = unmatchedCost.scalars.map(Double.init)
    let isShared = unmatchedCost.shape.isEmpty
    var shape = items.shape(lengths: nil)
    (shape.rowCounts, shape.columnCounts) = (rowCounts, columnCounts)
    let solutions = try items.tensor.withUnsafeScalars { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: shape, columnPotentials: nil,
        unmatchedCosts: isShared ? .init(repeating: prices[0], count: items.count) : prices)
    }
    return Tensor.recorded(
      "assignment", inputs: [costs, unmatchedCost], output: try items.values(of: solutions)
    ) { cotangent in
      let byPrice = zip(solutions.unmatchedCounts, cotangent.scalars).map { Float($0) * $1 }
      return [
        try items.gradient(of: solutions, cotangent: cotangent),
        isShared
          ? Tensor(byPrice.reduce(0, +)) : try Tensor(byPrice, shape: unmatchedCost.shape),
      ]
    }
  }
}

extension AssignmentBatch {
  /// Rows and columns that stayed unmatched, for each problem.
  fileprivate var unmatchedCounts: [Int] {
    indices.map { item in
      var pairs = 0
      forEachGradientEntry(of: item) { _, _ in pairs += 1 }
      return shape.rowCount(item) + shape.columnCount(item) - 2 * pairs
    }
  }
}
