/// The shortest path in a digraph as a loss: dz*/dcosts is 1 at the arcs of the path and 0 elsewhere.
extension ShortestPath: PrimalProblem {
  /// One problem's costs are a list, one for each arc.
  public var costRank: Int { 1 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution { try solve(costs, batch: 0) }

  /// Solves a batch, one problem after the other, on several threads.
  ///
  /// - Parameter costs: `[batch, arcs]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    return try concurrentMap(count: items.count) { try solve(items[$0], batch: $0) }
  }

  private func solve(_ costs: Tensor, batch: Int) throws -> PrimalSolution {
    let solution = try solve(costs.scalars.map(Double.init), batch: batch)
    return PrimalSolution(value: solution.value, chosen: solution.arcs)
  }
}
