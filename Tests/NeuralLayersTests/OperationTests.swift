import DifferentiableTensor
import Testing

@testable import NeuralLayers

/// The checks that every operation in the registry passes.
@Suite struct OperationTests {
  @Test("gradient agrees with central differences", arguments: operations)
  func gradient(_ operation: Operation) throws {
    let seed: UInt64 = 11
    let report = try GradientCheck.centralDifferences(
      of: operation.apply, at: operation.inputs(operation.shapes, seed: seed),
      step: operation.step, seed: seed)
    #expect(report.passes(), "seed \(seed): \(report)")
  }

  @Test("results are the same bits on any number of threads", arguments: operations)
  func threads(_ operation: Operation) throws {
    let inputs = try operation.inputs(operation.largeShapes, seed: 12)
    let results = try [1, 2, 5].map { count in
      try withMaxThreads(count) {
        let leaves = inputs.map { $0.requiringGradient() }
        let output = try operation.apply(leaves)
        let gradients = try output.gradients(of: leaves, cotangent: output.detached)
        return ([output] + gradients).map { $0.scalars.map(\.bitPattern) }
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test(
    "a batch gives the bits that its items give",
    arguments: operations.filter { $0.treatsItemsAlone && !$0.sumsDependOnBatch })
  func batch(_ operation: Operation) throws {
    var inputs = try operation.inputs(operation.largeShapes, seed: 13)
    let batch = inputs[0]
    let whole = try operation.apply(inputs)
    for item in [0, batch.shape[0] / 2, batch.shape[0] - 1] {
      inputs[0] = try batch.sliced(item..<item + 1, axis: 0)
      let alone = try operation.apply(inputs)
      let part = try whole.sliced(item..<item + 1, axis: 0)
      #expect(alone.scalars == part.scalars, "item \(item)")
    }
  }

  @Test("an empty batch gives an empty result", arguments: operations.filter(\.treatsItemsAlone))
  func emptyBatch(_ operation: Operation) throws {
    var inputs = try operation.inputs(operation.shapes, seed: 14)
    inputs[0] = try .zeros([0] + inputs[0].shape.dropFirst())
    let leaves = inputs.map { $0.requiringGradient() }
    let output = try operation.apply(leaves)
    #expect(output.shape[0] == 0 && output.count == 0)
    let gradients = try output.gradients(of: leaves, cotangent: output.detached)
    #expect(gradients.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
  }
}

/// The greatest distance of two tensors' scalars; infinite for other shapes or NaN.
func greatestDifference(_ first: Tensor, _ second: Tensor) -> Float {
  guard first.shape == second.shape else { return .infinity }
  return zip(first.scalars, second.scalars).reduce(0) { greatest, pair in
    let distance = abs(pair.0 - pair.1)
    return distance.isNaN ? .infinity : max(greatest, distance)
  }
}
