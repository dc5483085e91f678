/// The negative identity in place of the derivative, optionally behind a projection of the costs.
///
/// With the cotangent g = dL/du and a projection P of the costs,
///
///     dL/dc := -P'(c)^T g
///
/// The sign is that of a minimization: an entry of the solution shrinks when its cost grows. The
/// projection removes from the gradient the directions in which the costs can move without changing the
/// solution; without it costs may drift, grow or collapse. It is meant for problems with u*(P(c)) = u*(c),
/// so the costs are solved as they are.
///
/// One run of the solver forward, none backward, nothing to tune. It works where u is compared with a
/// target by a loss whose gradient points from one solution to the other, such as a Hamming or squared
/// distance.
///
/// S. Sahoo, A. Paulus, M. Vlastelica, V. Musil, V. Kuleshov, G. Martius, Backpropagation through
/// combinatorial algorithms: identity with projection works, ICLR 2023, arXiv:2205.15213.
public struct IdentityGradient: SolutionGradient, Hashable {
  /// Which directions of the costs get no gradient.
  public let projection: CostProjection

  /// - Parameter projection: One that leaves the problem's solution as it is.
  public init(projection: CostProjection = .none) {
    self.projection = projection
  }

  /// u*, whose pullback is -P'(c)^T.
  public func solution(of problem: some PrimalProblem, costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: problem.costRank, name: "costs")
    // Solved first: the solver knows best what is wrong with costs.
    let solution = try problem.optimum(costs).solution
    let projected = try projection.project(costs, items: items)
    return Tensor.recorded("identitySolution", inputs: [projected], output: solution) { cotangent in
      try items.checkFinite(cotangent, "the cotangent")
      return [-cotangent]
    }
  }
}

extension SolutionGradient where Self == IdentityGradient {
  /// The negative identity in place of the derivative: `-P'(c)^T dL/du`, without another run of the
  /// solver.
  ///
  /// - Parameter projection: P, one that leaves the problem's solution as it is; see
  ///   ``IdentityGradient``.
  public static func identity(projection: CostProjection = .none) -> IdentityGradient {
    IdentityGradient(projection: projection)
  }
}
