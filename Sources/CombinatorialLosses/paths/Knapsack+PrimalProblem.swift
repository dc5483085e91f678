/// A knapsack as a loss: dz*/dcosts is 1 at the items taken and 0 elsewhere.
extension Knapsack: PrimalProblem {
  /// One problem's costs are a list, one for each item.
  public var costRank: Int { 1 }
}
