/// How the gradient of a bag's loss by its costs C is found.
public enum BagGradient: String, Sendable, Codable, CaseIterable {
  /// The loss is the optimal value, and its gradient the matching M*: one run of the solver.
  case value
  /// The loss is <C, M(C)>, where M has an interpolated gradient: two runs of the solver.
  case interpolated
  /// The loss is <C, M(C)>, where M solves the linear program of the matching, smoothed, and is
  /// differentiated through its optimality conditions.
  case lp
}
