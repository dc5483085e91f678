import DifferentiableTensor
import Foundation
import Testing

extension Tensor {
  /// log(1 + exp(x)) of every element. Gradient: g * sigmoid(x).
  func softplus() throws -> Tensor {
    let input = detached
    let output = try Tensor(
      shape: shape,
      unsafeUninitialized: { output in
        input.withUnsafeScalars { scalars in
          for index in scalars.indices {
            let magnitude = Swift.abs(scalars[index])
            output[index] = Swift.max(scalars[index], 0) + log1pf(expf(-magnitude))
          }
        }
      })
    return Tensor.recorded("softplus", inputs: [self], output: output) { cotangent in
      [try cotangent * input.sigmoid()]
    }
  }
}

/// The examples of the documentation, compiled and run.
@Suite struct AddingAnOperationTests {
  @Test func theExampleHasTheRightGradient() throws {
    let report = try GradientCheck.centralDifferences(
      of: { try $0[0].softplus() }, at: [Tensor([-2, -0.5, 0, 3], shape: [4])])
    #expect(report.passes(), "\(report)")
    let values = try Tensor([0, 100, -100], shape: [3]).softplus().scalars
    #expect(values.map { ($0 * 1e4).rounded() } == [6931, 1_000_000, 0])
  }

  @Test func theOverviewExampleHasTheResultItStates() throws {
    let weights = try Tensor([[1, 2], [3, 4]]).requiringGradient()
    let inputs = try Tensor([[1, -1]])
    let loss = try inputs.matmul(weights).pow(2).sum()
    let gradient = try loss.gradients(of: [weights])[0]  // [[-4, -4], [4, 4]]
    #expect(gradient.scalars == [-4, -4, 4, 4])
  }
}
