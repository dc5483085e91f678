/// The minimum-weight basis of a matroid as a loss: dz*/dcosts is 1 at its elements and 0 elsewhere.
extension MatroidBasis: PrimalProblem {
  /// One problem's costs are a list, one for each element.
  public var costRank: Int { 1 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[elements]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let solution = try solve(costs.scalars.map(Double.init))
    return PrimalSolution(value: solution.value, chosen: solution.elements)
  }
}
