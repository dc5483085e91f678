/// The minimum cut as a loss: dz*/dcapacities is 1 at the arcs that cross the cut and 0 elsewhere.
extension MaximumFlow: PrimalProblem {
  /// One problem's costs are a list of capacities.
  public var costRank: Int { 1 }
}
