import DifferentiableTensor
import Testing

/// What has to hold for every operation in the registry.
@Suite struct OperationTests {
  @Test(arguments: operations)
  func agreesWithCentralDifferences(operation: Operation) throws {
    for seed in [1, 2] as [UInt64] {
      let report = try GradientCheck.centralDifferences(
        of: operation.apply, at: operation.inputs(operation.shapes, seed: seed),
        step: operation.step, seed: seed)
      #expect(report.passes(), "seed \(seed): \(report)")
      #expect(report.comparisonCount == operation.shapes.map { $0.reduce(1, *) }.reduce(0, +))
    }
  }

  @Test(arguments: operations)
  func doesNotDependOnThreads(operation: Operation) throws {
    let inputs = try operation.inputs(operation.largeShapes, seed: 3).map { $0.requiringGradient() }
    func run() throws -> [[UInt32]] {
      let output = try operation.apply(inputs)
      let gradients = try output.gradients(of: inputs, cotangent: output.detached)
      return ([output] + gradients).map { $0.scalars.map(\.bitPattern) }
    }
    let one = try withMaxThreads(1) { try run() }
    #expect(try withMaxThreads(2) { try run() } == one)
    #expect(try withMaxThreads(5) { try run() } == one)
  }

  @Test(arguments: operations)
  func leavesNothingBehind(operation: Operation) throws {
    weak var canary: Canary?
    do {
      let object = Canary()
      canary = object
      let leaves = try operation.inputs(operation.shapes, seed: 4).map { $0.requiringGradient() }
      // The node of the operation holds the nodes of its inputs, and these hold the canary.
      let inputs = leaves.map { leaf in
        Tensor.recorded("identity", inputs: [leaf], output: leaf) { cotangent in
          withExtendedLifetime(object) { [cotangent] }
        }
      }
      let output = try operation.apply(inputs)
      _ = try output.gradients(of: leaves, cotangent: output.detached)
    }
    #expect(canary == nil)
  }

  @Test(arguments: operations)
  func recordsOnlyWhenAnInputIsTracked(operation: Operation) throws {
    let inputs = try operation.inputs(operation.shapes, seed: 5)
    #expect(try !operation.apply(inputs).isTracked)
    for position in inputs.indices {
      var mixed = inputs
      mixed[position] = mixed[position].requiringGradient()
      let output = try operation.apply(mixed)
      #expect(output.isTracked)
      let gradient = try output.gradients(of: [mixed[position]], cotangent: output.detached)[0]
      #expect(gradient.shape == inputs[position].shape)
      #expect(!gradient.isTracked)
      #expect(try withoutGradient { try !operation.apply(mixed).isTracked })
    }
  }
}

final class Canary: Sendable {}
