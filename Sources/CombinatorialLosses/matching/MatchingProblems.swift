/// Sparse assignment as a loss: dz*/dcosts is 1 at the matched entries and 0 elsewhere.
extension SparseAssignment: PrimalProblem {
  /// One problem's costs are a list of entries.
  public var costRank: Int { 1 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[entries]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let solution = try solve(costs.scalars.map(Double.init))
    return PrimalSolution(
      value: solution.value, chosen: solution.entryOfRow.filter { $0 >= 0 })
  }
}

/// Semi-assignment as a loss: dz*/dcosts is 1 at the matched pairs and 0 elsewhere.
extension SemiAssignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[rows, columns]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let (rows, columns) = try matrixExtents(costs, columns: capacities.count)
    let solution = try solve(costs.scalars.map(Double.init), rows: rows)
    return PrimalSolution(
      value: solution.value,
      chosen: solution.columnOfRow.enumerated().map { $0 * columns + Int($1) })
  }
}

extension BottleneckAssignment {
  /// The least greatest matched cost as a differentiable loss.
  ///
  /// - Parameter costs: `[rows, columns]` or `[batch, rows, columns]`, none of the sides empty.
  /// - Returns: z*, of shape `[]` or `[batch]`. Its gradient is 1 at the critical pair, 0 elsewhere.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(_ costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let (rows, columns) = (items.itemShape[0], items.itemShape[1])
    let solutions = try concurrentMap(count: items.count) { item in
      let scalars = try items[item].scalars.map(Double.init)
      let solution = try solve(scalars, rows: rows, columns: columns)
      let cell = solution.criticalRow * columns + solution.criticalColumn
      return PrimalSolution(
        value: solution.value, chosen: solution.criticalRow < 0 ? [] : [cell])
    }
    let values = try Tensor(solutions.map { Float($0.value) }, shape: items.batchShape)
    return Tensor.recorded("bottleneckAssignment", inputs: [costs], output: values) {
      [try items.gradient(of: solutions, cotangent: $0)]
    }
  }
}

extension Assignment {
  /// The values of the k best assignments as a differentiable result.
  ///
  /// The gradient of each is the indicator of its assignment; see
  /// ``Assignment/solveBest(_:_:rows:columns:)`` for what that is at ties. A soft minimum over them is
  /// the log-sum-exp of their negatives.
  ///
  /// - Parameters:
  ///   - k: How many, at least 1.
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  /// - Returns: `[k]` or `[batch, k]`, ascending; +infinity, with gradient 0, where there are no more.
  /// - Throws: ``CombinatorialError``.
  public func bestValues(_ k: Int, _ costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let (rows, columns) = (items.itemShape[0], items.itemShape[1])
    let ranked = try concurrentMap(count: items.count) { item in
      let scalars = try items[item].scalars.map(Double.init)
      return try solveBest(k, scalars, rows: rows, columns: columns)
    }
    let values = ranked.flatMap { found in
      found.map { Float($0.value) } + [Float](repeating: .infinity, count: k - found.count)
    }
    let output = try Tensor(values, shape: items.batchShape + [k])
    return Tensor.recorded("bestAssignments", inputs: [costs], output: output) { cotangent in
      let weights = cotangent.scalars
      let gradient = try Tensor(shape: items.shape) { gradient in
        gradient.update(repeating: 0)
        for (item, found) in ranked.enumerated() {
          for (rank, assignment) in found.enumerated() {
            for (row, column) in assignment.columnOfRow.enumerated() where column >= 0 {
              gradient[(item * rows + row) * columns + Int(column)] += weights[item * k + rank]
            }
          }
        }
      }
      return [gradient]
    }
  }

  /// The optimal value as a differentiable loss of the costs and of what each row and each column costs
  /// unmatched.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - unmatchedRowCosts: `[rows]` or `[batch, rows]`; the gradient is 1 where a row is unmatched.
  ///   - unmatchedColumnCosts: `[columns]` or `[batch, columns]`; the same for columns.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, unmatchedRowCosts: Tensor, unmatchedColumnCosts: Tensor
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let (rows, columns) = (items.itemShape[0], items.itemShape[1])
    let prices = try [(unmatchedRowCosts, rows), (unmatchedColumnCosts, columns)].map {
      try BatchedPrices($0, extent: $1, batch: items)
    }
    let solutions = try concurrentMap(count: items.count) { item in
      let scalars = try items[item].scalars.map(Double.init)
      let (rowPrices, columnPrices) = (prices[0].doubles(item), prices[1].doubles(item))
      return try solve(
        scalars, rows: rows, columns: columns, unmatchedRowCosts: rowPrices,
        unmatchedColumnCosts: columnPrices)
    }
    let values = try Tensor(solutions.map { Float($0.value) }, shape: items.batchShape)
    return Tensor.recorded(
      "assignment", inputs: [costs, unmatchedRowCosts, unmatchedColumnCosts], output: values
    ) { cotangent in
      let pairs = solutions.map { solution in
        PrimalSolution(
          value: solution.value,
          chosen: solution.columnOfRow.enumerated().compactMap { row, column in
            column < 0 ? nil : row * columns + Int(column)
          })
      }
      let unmatched = [solutions.map(\.columnOfRow), solutions.map(\.rowOfColumn)]
      return [try items.gradient(of: pairs, cotangent: cotangent)]
        + (try zip(prices, unmatched).map { prices, partners in
          try prices.items.gradient(
            of: partners.map { $0.map { $0 < 0 ? 1 : 0 } }, cotangent: cotangent.scalars)
        })
    }
  }
}

/// A vector of prices, shared by a batch or one for each item.
private struct BatchedPrices: Sendable {
  let items: BatchedItems
  private let scalars: [Float]

  init(_ tensor: Tensor, extent: Int, batch: BatchedItems) throws(CombinatorialError) {
    guard [[extent], batch.batchShape + [extent]].contains(tensor.shape) else {
      throw .shapeMismatch(
        expected: "unmatched costs of shape [\(extent)] or \(batch.batchShape + [extent])",
        found: "\(tensor.shape)")
    }
    items = try BatchedItems(tensor, itemRank: 1, name: "unmatched costs")
    scalars = tensor.scalars
  }

  func doubles(_ item: Int) -> [Double] {
    scalars[items.range(of: items.isBatched ? item : 0)].map(Double.init)
  }
}

private func matrixExtents(
  _ costs: Tensor, columns: Int
) throws(CombinatorialError) -> (rows: Int, columns: Int) {
  guard costs.rank == 2, costs.shape[1] == columns else {
    throw .shapeMismatch(expected: "costs [rows, \(columns)]", found: "\(costs.shape)")
  }
  return (costs.shape[0], columns)
}
