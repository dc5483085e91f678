/// The minimum-weight basis of a matroid as a loss: dz*/dcosts is 1 at its elements and 0 elsewhere.
extension MatroidBasis: PrimalProblem {
  /// One problem's costs are a list, one for each element.
  public var costRank: Int { 1 }
}
