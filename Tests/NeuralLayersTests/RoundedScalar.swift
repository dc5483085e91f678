import Foundation
import TestSupport

/// A scalar of a computation that remembers what it was made of, so that gradients, too, come with what
/// rounding may do to them.
final class RoundedScalar {
  let value: Rounded
  private let parents: [(scalar: RoundedScalar, slope: Rounded)]
  private var terms: [Rounded] = []

  init(_ value: Rounded, parents: [(RoundedScalar, Rounded)] = []) {
    (self.value, self.parents) = (value, parents)
  }

  /// What each of `outputs` adds to the sum whose gradient is taken, times its weight.
  static func pullBack(_ outputs: [(scalar: RoundedScalar, weight: Float)]) {
    var order: [RoundedScalar] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ scalar: RoundedScalar) {
      guard visited.insert(ObjectIdentifier(scalar)).inserted else { return }
      for parent in scalar.parents { visit(parent.scalar) }
      order.append(scalar)
    }
    for output in outputs {
      visit(output.scalar)
      output.scalar.terms.append(Rounded(output.weight))
    }
    for scalar in order.reversed() {
      // A rounding more for each product than the chain rule makes: a pullback may take 1 - z for the
      // two terms g and -z g.
      for parent in scalar.parents {
        parent.scalar.terms.append((scalar.gradient * parent.slope).stored)
      }
    }
  }

  /// The gradient, once ``pullBack(_:)`` is through.
  var gradient: Rounded { Rounded.sum(terms) }

  static func + (a: RoundedScalar, b: RoundedScalar) -> RoundedScalar {
    .init(a.value + b.value, parents: [(a, one), (b, one)])
  }

  static func - (a: RoundedScalar, b: RoundedScalar) -> RoundedScalar {
    .init(a.value - b.value, parents: [(a, one), (b, Rounded(-1.0))])
  }

  static func * (a: RoundedScalar, b: RoundedScalar) -> RoundedScalar {
    .init(a.value * b.value, parents: [(a, b.value), (b, a.value)])
  }

  /// The sum of products, in any order.
  static func dot(_ pairs: [(RoundedScalar, RoundedScalar)]) -> RoundedScalar {
    .init(
      Rounded.sum(pairs.map { $0.value * $1.value }),
      parents: pairs.flatMap { [($0, $1.value), ($1, $0.value)] })
  }

  /// A function within 3e-7, as cl_recurrent.h promises of both, with its derivative in terms of its result.
  private func mapped(
    slope: Double, _ function: (Double) -> Double, derivative: (Rounded) -> Rounded
  ) -> RoundedScalar {
    let result = value.mapped(slope: slope, absolute: 3e-7, function)
    return .init(result, parents: [(self, derivative(result))])
  }

  func sigmoid() -> RoundedScalar {
    mapped(slope: 0.25, { 1 / (1 + exp(-$0)) }, derivative: { $0 * (Self.one - $0) })
  }

  func tanh() -> RoundedScalar {
    mapped(slope: 1, { Foundation.tanh($0) }, derivative: { Self.one - $0 * $0 })
  }

  private static var one: Rounded { Rounded(1.0) }
}
