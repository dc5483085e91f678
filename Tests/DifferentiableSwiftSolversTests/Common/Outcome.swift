import CombinatorialLosses
import DifferentiableSwiftSolvers
import TestSupport

/// Values, and the gradients of a weighted sum of them by each input.
struct Outcome: Equatable {
  var values: [Float]
  var gradients: [[Float]]

  /// As an operation of the tape has them.
  static func onTape(
    _ inputs: [Tensor], weights: [Float], _ operation: ([Tensor]) throws -> Tensor
  ) throws -> Outcome {
    let leaves = inputs.map { $0.requiringGradient() }
    let values = try operation(leaves)
    let gradients = try values.gradients(
      of: leaves, cotangent: Tensor(weights, shape: values.shape))
    return Outcome(values: values.scalars, gradients: gradients.map(\.scalars))
  }
}

extension SeededRandom {
  /// Numbers in a range.
  mutating func numbers(_ count: Int, in range: ClosedRange<Float> = 0...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}
