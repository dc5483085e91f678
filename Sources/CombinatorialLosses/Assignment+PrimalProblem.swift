internal import CombinatorialKernels

/// The assignment problem as a loss: dz*/dcosts is 1 at the matched pairs and 0 elsewhere.
extension Assignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[rows, columns]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let solutions = try solve(batch: costs.reshaped([1] + costs.shape))
    return solutions[0]
  }

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameter costs: `[batch, rows, columns]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let shape = try AssignmentShape(costs)
    let output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try solve(costs, shape: shape)
    }
    return (0..<shape.batch).map { item in
      let columnOfRow = output.columnOfRow[item * shape.rows..<(item + 1) * shape.rows]
      let chosen = columnOfRow.enumerated().compactMap { row, column in
        column < 0 ? nil : row * shape.columns + Int(column)
      }
      return PrimalSolution(value: output.values[item], chosen: chosen)
    }
  }

  /// The cost of the optimal assignment as a differentiable loss.
  ///
  /// - Parameter costs: `[rows, columns]` or `[batch, rows, columns]`.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(_ costs: Tensor) throws -> Tensor {
    try optimalValue(costs, rowCounts: nil, columnCounts: nil)
  }

  /// The cost of the optimal assignments of a ragged batch as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - rowCounts: Rows in use, for each problem. The rest is padding: never read, gradient 0.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, rowCounts: [Int]?, columnCounts: [Int]?
  ) throws -> Tensor {
    let matching = try Matching(self, costs, rowCounts, columnCounts, itemUnmatchedCosts: nil)
    return Tensor.recorded("assignment", inputs: [costs], output: try matching.values) {
      [try matching.gradient(cotangent: $0.scalars)]
    }
  }

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
    let matching = try Matching(
      self, costs, rowCounts, columnCounts,
      itemUnmatchedCosts: isShared ? .init(repeating: prices[0], count: items.count) : prices)
    return Tensor.recorded(
      "assignment", inputs: [costs, unmatchedCost], output: try matching.values
    ) { cotangent in
      let byPrice = zip(matching.unmatchedCounts, cotangent.scalars).map { Float($0) * $1 }
      return [
        try matching.gradient(cotangent: cotangent.scalars),
        isShared
          ? Tensor(byPrice.reduce(0, +)) : try Tensor(byPrice, shape: unmatchedCost.shape),
      ]
    }
  }
}

extension AssignmentShape {
  /// The shape of a batch of cost matrices.
  fileprivate init(_ costs: Tensor) throws(CombinatorialError) {
    guard costs.rank == 3 else {
      throw .shapeMismatch(expected: "costs [batch, rows, columns]", found: "\(costs.shape)")
    }
    self.init(batch: costs.shape[0], rows: costs.shape[1], columns: costs.shape[2])
  }
}

/// A solved batch: all that its gradient needs is the column of each row.
private struct Matching: Sendable {
  let items: BatchedItems
  let shape: AssignmentShape
  let output: AssignmentOutput

  init(
    _ problem: Assignment, _ costs: Tensor, _ rowCounts: [Int]?, _ columnCounts: [Int]?,
    itemUnmatchedCosts: [Double]?
  ) throws {
    items = try BatchedItems(costs, itemRank: 2, name: "costs")
    var shape = try AssignmentShape(items.batched)
    shape.rowCounts = rowCounts
    shape.columnCounts = columnCounts
    self.shape = shape
    output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try problem.solve(costs, shape: shape, itemUnmatchedCosts: itemUnmatchedCosts)
    }
  }

  /// z* of each problem.
  var values: Tensor {
    get throws { try Tensor(output.values.map { Float($0) }, shape: items.batchShape) }
  }

  /// Rows and columns that stayed unmatched, for each problem.
  var unmatchedCounts: [Int] {
    (0..<shape.batch).map { item in
      let rows = shape.rowCounts?[item] ?? shape.rows
      let columns = shape.columnCounts?[item] ?? shape.columns
      let columnOfRow = output.columnOfRow[item * shape.rows..<item * shape.rows + rows]
      return rows + columns - 2 * columnOfRow.count { $0 >= 0 }
    }
  }

  func gradient(cotangent: [Float]) throws -> Tensor {
    try Tensor(shape: items.shape) { gradient in
      gradient.update(repeating: 0)
      for (row, column) in output.columnOfRow.enumerated() where column >= 0 {
        gradient[row * shape.columns + Int(column)] = cotangent[row / shape.rows]
      }
    }
  }
}
