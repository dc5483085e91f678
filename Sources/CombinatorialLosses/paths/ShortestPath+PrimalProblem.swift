/// The shortest path in a digraph as a loss: dz*/dcosts is 1 at the arcs of the path and 0 elsewhere.
extension ShortestPath: PrimalProblem {
  /// One problem's costs are a list, one for each arc.
  public var costRank: Int { 1 }
}
