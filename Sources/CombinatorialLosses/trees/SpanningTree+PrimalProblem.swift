/// The minimum spanning tree as a loss: dz*/dcosts is 1 at the edges of the tree and 0 elsewhere.
extension SpanningTree: PrimalProblem {
  /// One problem's costs are a list, one for each edge.
  public var costRank: Int { 1 }
}
