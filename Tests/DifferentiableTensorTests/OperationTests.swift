import DifferentiableTensor
import Foundation
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
      let scalarCounts: [Int] = operation.shapes.map { $0.reduce(1, *) }
      #expect(report.comparisonCount == scalarCounts.reduce(0, +))
    }
  }

  @Test(arguments: operations)
  func doesNotDependOnThreads(operation: Operation) throws {
    let inputs = try operation.inputs(operation.largeShapes, seed: 3).map { $0.requiringGradient() }
    func run() throws -> [Tensor] {
      let output = try operation.apply(inputs)
      return try [output] + output.gradients(of: inputs, cotangent: output.detached)
    }
    let one = try withMaxThreads(1) { try run() }
    for threads in [2, 5] {
      for (result, expected) in zip(try withMaxThreads(threads) { try run() }, one) {
        let isSame = result.withUnsafeScalars { scalars in
          expected.withUnsafeScalars { scalars.elementsEqualBitwise($0) }
        }
        #expect(isSame, "\(threads) threads")
      }
    }
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

extension UnsafeBufferPointer<Float> {
  /// Whether all bits agree, those of NaNs included.
  func elementsEqualBitwise(_ other: UnsafeBufferPointer<Float>) -> Bool {
    let (bytes, otherBytes) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
    guard bytes.count == otherBytes.count else { return false }
    guard let base = bytes.baseAddress, let otherBase = otherBytes.baseAddress else { return true }
    return memcmp(base, otherBase, bytes.count) == 0
  }
}
