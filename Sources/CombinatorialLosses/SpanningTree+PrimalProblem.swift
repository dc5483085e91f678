/// The minimum spanning tree as a loss: dz*/dcosts is 1 at the edges of the tree and 0 elsewhere.
extension SpanningTree: PrimalProblem {
  /// One problem's costs are a list, one for each edge.
  public var costRank: Int { 1 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[edges]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution { try solve(costs, batch: 0) }

  /// Solves a batch, one problem after the other, on several threads.
  ///
  /// - Parameter costs: `[batch, edges]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    return try concurrentMap(count: items.count) { try solve(items[$0], batch: $0) }
  }

  private func solve(_ costs: Tensor, batch: Int) throws -> PrimalSolution {
    let output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try solve(costs, batch: batch)
    }
    return PrimalSolution(value: output.value, chosen: output.edges.map(Int.init))
  }
}
