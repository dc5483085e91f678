/// The minimum spanning arborescence as a loss: dz*/dcosts is 1 at its arcs and 0 elsewhere.
extension SpanningArborescence: PrimalProblem {
  /// One problem's costs are a list, one for each arc.
  public var costRank: Int { 1 }
}
