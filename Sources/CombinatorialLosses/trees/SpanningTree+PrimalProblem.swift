/// The minimum spanning tree as a loss: dz*/dcosts is 1 at the edges of the tree and 0 elsewhere.
extension SpanningTree: PrimalProblem {
  /// One problem's costs are a list, one for each edge.
  public var costRank: Int { 1 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[edges]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try solve(costs)
    }
    return PrimalSolution(value: output.value, chosen: output.edges.map(Int.init))
  }
}
