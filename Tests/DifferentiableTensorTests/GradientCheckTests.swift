import DifferentiableTensor
import Testing

@Suite struct GradientCheckTests {
  /// x^3 with a gradient that is `factor` times the right one.
  static func cube(factor: Float) -> @Sendable ([Tensor]) throws -> Tensor {
    { inputs in
      let input = inputs[0].detached
      return Tensor.recorded("cube", inputs: inputs, output: input.pow(3)) { cotangent in
        [try cotangent * input.pow(2) * (3 * factor)]
      }
    }
  }

  @Test func acceptsRightGradientsAndRejectsWrongOnes() throws {
    let point = try Tensor([0.5, -1, 2, 30], shape: [4])
    let right = try GradientCheck.centralDifferences(of: Self.cube(factor: 1), at: [point])
    #expect(right.passes(), "\(right)")
    #expect(right.comparisonCount == 4)
    let wrong = try GradientCheck.centralDifferences(of: Self.cube(factor: 1.01), at: [point])
    #expect(!wrong.passes())
    #expect(wrong.worst?.input == 0)
    #expect(wrong.worst?.element == 3)
    #expect(abs(wrong.relativeError - 0.01) < 0.001)
  }

  @Test func findsTheOneWrongElement() throws {
    let first = try Tensor([1, 2], shape: [2])
    let second = try Tensor([1, 2, 3], shape: [3])
    let report = try GradientCheck.centralDifferences(
      of: { inputs in
        let output = try withoutGradient { try inputs[0].sum() * inputs[1].sum() }
        let (sums, shapes) = (inputs.map { $0.detached.sum() }, inputs.map(\.shape))
        return Tensor.recorded("product of sums", inputs: inputs, output: output) { cotangent in
          var bySecond = try (cotangent * sums[0]).expanded(to: shapes[1])
          bySecond.withUnsafeMutableScalars { $0[1] += 0.5 }
          return [try (cotangent * sums[1]).expanded(to: shapes[0]), bySecond]
        }
      }, at: [first, second])
    #expect(!report.passes())
    #expect(report.worst?.input == 1)
    #expect(report.worst?.element == 1)
    #expect(abs(report.absoluteError - 0.5) < 0.01)
    #expect("\(report)".contains("element 1 of input 1"))
  }

  @Test func rejectsNaNAndMissingGradients() throws {
    let point = try Tensor([1, 2], shape: [2])
    let notANumber = try GradientCheck.centralDifferences(
      of: { inputs in
        Tensor.recorded("odd", inputs: inputs, output: inputs[0]) { [$0 * .nan] }
      }, at: [point])
    #expect(!notANumber.passes())
    #expect(notANumber.relativeError == .infinity)
    let missing = try GradientCheck.centralDifferences(
      of: { inputs in Tensor.recorded("odd", inputs: inputs, output: inputs[0]) { _ in [nil] } },
      at: [point])
    #expect(!missing.passes())
    #expect(throws: TensorError.untrackedLoss) {
      try GradientCheck.centralDifferences(of: { $0[0].detached }, at: [point])
    }
  }

  @Test func smallGradientsAreStillChecked() throws {
    let point = try Tensor([1, 2], shape: [2])
    let report = try GradientCheck.centralDifferences(
      of: { inputs in
        Tensor.recorded("scaled", inputs: inputs, output: inputs[0] * 1e-6) { [$0 * 1.1e-6] }
      }, at: [point])
    #expect(!report.passes())
  }

  @Test func nothingToCompare() throws {
    let report = try GradientCheck.centralDifferences(
      of: { $0[0].exp() }, at: [try Tensor.zeros([0])])
    #expect(report.passes())
    #expect(report.comparisonCount == 0)
    #expect(report.worst == nil)
  }
}
