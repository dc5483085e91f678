/// No gradient: the solution is a constant of the tape. One run of the solver forward, none backward.
public struct DetachedGradient: SolutionGradient {
  /// The strategy without a gradient.
  public init() {}

  /// u*, off the tape.
  public func solution(of problem: some PrimalProblem, costs: Tensor) throws -> Tensor {
    try problem.optimum(costs).solution
  }
}

extension SolutionGradient where Self == DetachedGradient {
  /// No gradient: the solution is a constant of the tape.
  public static var none: DetachedGradient { DetachedGradient() }
}
