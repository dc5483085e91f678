internal import CombinatorialKernels

/// The shortest path over a grid as a loss: dz*/dcosts is 1 at the cells of the path and 0 elsewhere.
extension GridShortestPath: PrimalProblem {
  /// One problem's costs are a grid.
  public var costRank: Int { 2 }

  /// The cost of the cheapest paths between given cells as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - lengths: What each problem uses; nil: all.
  ///   - itemEnds: Where each path starts and ends; nil: ``/CombinatorialSolvers/GridShortestPath/ends``.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, lengths: Lengths? = nil, itemEnds: [GridEnds]?
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let paths = try items.tensor.withUnsafeScalars { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: items.shape(lengths: lengths), itemEnds: itemEnds)
    }
    return Tensor.recorded(
      "gridShortestPath", inputs: [costs], output: try items.values(of: paths)
    ) { [try items.gradient(of: paths, cotangent: $0)] }
  }
}
