/// The solution of a smoothed linear program with the multipliers that prove it:
///
///     eps u + c = A^T y + s,  A u = b,  u >= 0,  s >= 0,  u s = 0
public struct SmoothedSolution: Sendable, Hashable {
  /// c . u, without the quadratic term.
  public let linearValue: Double
  /// c . u + (eps/2) |u|^2.
  public let value: Double
  /// `[columns]`: u.
  public let primal: [Double]
  /// `[rows]`: y, the derivative of ``value`` by b.
  public let dual: [Double]
  /// `[columns]`: s, the multipliers of u >= 0.
  public let reducedCosts: [Double]
  /// Iterations of the interior point method.
  public let iterations: Int

  init(_ solver: InteriorPoint, costs: [Double], iterations: Int) {
    primal = Array(UnsafeBufferPointer(start: solver.primal, count: solver.columns))
    dual = Array(UnsafeBufferPointer(start: solver.dual, count: solver.rows))
    reducedCosts = Array(UnsafeBufferPointer(start: solver.reducedCosts, count: solver.columns))
    linearValue = zip(costs, primal).reduce(0) { $0 + $1.0 * $1.1 }
    value = linearValue + solver.smoothing / 2 * primal.reduce(0) { $0 + $1 * $1 }
    self.iterations = iterations
  }
}
