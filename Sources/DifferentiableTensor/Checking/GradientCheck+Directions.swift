extension GradientCheck {
  /// Which way a function bends.
  public enum Curvature: Sendable {
    /// As the optimal value of a minimization over its costs, the least of linear functions.
    case concave
    /// As the optimal value of a maximisation over its weights, the greatest of linear functions.
    case convex
  }

  /// How far a claimed supergradient or subgradient is from being one.
  public struct DirectionalReport: Sendable, CustomStringConvertible {
    /// How many pairs of a direction and a step were tried.
    public internal(set) var comparisonCount = 0
    /// By how much the inequality is violated at worst, relative to the greater of 1 and the values'
    /// magnitude; 0 if it holds everywhere.
    public internal(set) var violation = 0.0
    /// The greatest |(f(x + t d) - f(x)) / t - g . d| at the least step; nil unless the point was said
    /// to be one where f is differentiable.
    public internal(set) var derivativeError: Double?
    /// Where the violation is: the position of the direction, the step, negative if against the
    /// direction, the change of f and the change that g predicts.
    public internal(set) var worst:
      (direction: Int, step: Double, change: Double, predicted: Double)?

    /// Whether the inequality holds, and the equality where it was asked for.
    ///
    /// - Parameters:
    ///   - tolerance: For `violation`; covers the rounding of f.
    ///   - derivativeTolerance: For `derivativeError`.
    /// - Returns: Whether both are within their tolerances.
    public func passes(tolerance: Double = 1e-5, derivativeTolerance: Double = 1e-2) -> Bool {
      violation <= tolerance && (derivativeError ?? 0) <= derivativeTolerance
    }

    /// The violation and where it is.
    public var description: String {
      let equality = derivativeError.map { ", derivative error \($0)" } ?? ""
      guard let worst else { return "\(comparisonCount) comparisons, no violation\(equality)" }
      return """
        \(comparisonCount) comparisons, violation \(violation) in direction \(worst.direction) at step \
        \(worst.step): change \(worst.change), predicted \(worst.predicted)\(equality)
        """
    }
  }

  /// Checks a claimed generalized gradient g of a concave or convex function f at a point x, which may
  /// be a kink, along directions d.
  ///
  /// What is checked, for every d and -d and every step t > 0, is the supergradient inequality of a
  /// concave function,
  ///
  ///     f(x + t d) <= f(x) + t g . d,
  ///
  /// or its reverse, the subgradient inequality of a convex one. It holds for each g in the
  /// superdifferential and, over all d and t, for no other. The one-sided directional derivative
  /// f'(x; d) is the least of g . d over the superdifferential, so at a kink g . d may exceed it: only
  /// where f is differentiable are the two equal, and only if `isDifferentiable` is set is that
  /// equality checked too, with the difference quotient at the least step. Literature:
  /// R. T. Rockafellar, Convex Analysis, 1970, theorems 23.2 and 25.1.
  ///
  /// - Parameters:
  ///   - function: Its result has one element.
  ///   - point: x.
  ///   - supergradient: g, in the shape of the point.
  ///   - directions: d, each in the shape of the point.
  ///   - curvature: Of f.
  ///   - steps: t, each greater than 0. Any size is valid; larger ones are less sensitive to rounding.
  ///   - isDifferentiable: Whether f is differentiable at the point, and linear from there to the least
  ///     step but for what the tolerance allows.
  /// - Returns: The violation, and where it is.
  /// - Throws: `TensorError.shapeMismatch`, `.notScalar`, and what `function` throws.
  public static func directionalDerivatives(
    of function: (Tensor) throws -> Tensor, at point: Tensor, supergradient: Tensor,
    along directions: [Tensor], curvature: Curvature = .concave,
    steps: [Float] = [1, 0x1p-3, 0x1p-6], isDifferentiable: Bool = false
  ) throws -> DirectionalReport {
    for tensor in [supergradient] + directions where tensor.shape != point.shape {
      throw TensorError.shapeMismatch(
        expected: "the shape of the point \(point.shape)", found: tensor.shape)
    }
    let value = try evaluate(function, point)
    let leastStep = steps.min()
    var report = DirectionalReport()
    for (position, direction) in directions.enumerated() {
      for step in steps {
        for signed in [step, -step] {
          let moved = point.detached.zipped(with: direction) { $0.fill { $0 + signed * $1 } }
          let change = try evaluate(function, moved) - value
          let predicted = product(supergradient, from: point, to: moved)
          report.include(
            direction: position, step: Double(signed), change: change, predicted: predicted,
            value: value, curvature: curvature)
          if isDifferentiable, step == leastStep {
            report.derivativeError = max(
              report.derivativeError ?? 0, abs(change - predicted) / Double(step))
          }
        }
      }
    }
    return report
  }

  /// Independent normal directions for
  /// ``directionalDerivatives(of:at:supergradient:along:curvature:steps:isDifferentiable:)``.
  ///
  /// - Throws: `TensorError.negativeExtent`, `.sizeOverflow`.
  public static func randomDirections(
    _ number: Int, shape: [Int], seed: UInt64 = 0
  ) throws(TensorError) -> [Tensor] {
    var generator = SeededGenerator(seed: seed)
    var directions: [Tensor] = []
    while directions.count < number {
      directions.append(try Tensor.random(normal: shape, using: &generator))
    }
    return directions
  }

  private static func evaluate(
    _ function: (Tensor) throws -> Tensor, _ point: Tensor
  ) throws -> Double {
    Double(try withoutGradient { try function(point.detached) }.item())
  }

  /// g . (to - from), in double precision with the displacement as `Float` has it.
  private static func product(_ gradient: Tensor, from: Tensor, to: Tensor) -> Double {
    let displacement = zip(from.scalars, to.scalars).map { Double($1) - Double($0) }
    return zip(gradient.scalars, displacement).reduce(0) { $0 + Double($1.0) * $1.1 }
  }
}

extension GradientCheck.DirectionalReport {
  fileprivate mutating func include(
    direction: Int, step: Double, change: Double, predicted: Double, value: Double,
    curvature: GradientCheck.Curvature
  ) {
    comparisonCount += 1
    let excess = curvature == .concave ? change - predicted : predicted - change
    let relative = excess / max(1, abs(value), abs(value + change))
    guard !(relative <= violation) else { return }
    violation = relative.isFinite ? relative : .infinity
    worst = (direction, step, change, predicted)
  }
}
