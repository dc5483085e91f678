/// Transport between given masses as a loss of its costs: every loss of primal problems takes it.
///
/// The value of ``/CombinatorialSolvers/SinkhornBetween`` is the smoothed one, whose gradient is the plan all the
/// same; it is concave in the costs, but not c.u.
extension BetweenMasses: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }
}
