import CombinatorialKernels
import CombinatorialSolvers
import Testing

/// Labellings of chains whose costs cancel, or exceed the range of their type.
struct ChainMagnitudeTests {
  /// In a batch of floats some are solved in double, some exactly, and the others as ever.
  @Test func batchesOfLargeFloats() throws {
    let large = Float.greatestFiniteMagnitude
    let unary: [Float] = [1, 2, large, large, 3, 4, large, -large, -5, 5.5]
    let shape = try ChainShape(
      batch: 5, positions: 2, labels: 1, lengths: nil, unaryCount: 10, stepCount: 1)
    let output = try unary.withUnsafeBufferPointer { unary in
      try ([0] as [Float]).withUnsafeBufferPointer { steps in
        try ChainLabelling().solve(
          unary: unary, steps: steps, shape: shape, includesDistances: true)
      }
    }
    #expect(output.values == [3, 2 * Double(large), 7, 0, 0.5])
    #expect(output.labels == .init(repeating: 0, count: 10))
    #expect(output.distances[0...3] == [1, 3, large, .infinity])
  }

  @Test func smallPartsDecide() throws {
    let steps = [0, 0, 0, 0] as [Double]
    let solution = try ChainLabelling().solve(
      unary: [1e300, 1e300, 2e-300, 1e-300, -1e300, -1e300], steps: steps, labels: 2)
    #expect(solution.labels == [0, 1, 0] && solution.value == 1e-300 && solution.dualityGap == 0)
  }

  @Test func valuesBeyondTheLargestDoubleAreNamed() throws {
    let chain = ChainLabelling()
    #expect(throws: CombinatorialError.valueOutOfRange(batch: 0)) {
      try chain.solve(unary: [1.7e308, 1.7e308], steps: [0], labels: 1)
    }
    #expect(throws: CombinatorialError.valueOutOfRange(batch: 0)) {
      try chain.solve(unary: [-1.7e308, -1.7e308], steps: [0], labels: 1)
    }
    let back = try chain.solve(unary: [-1.7e308, -1.7e308, 1.7e308], steps: [0], labels: 1)
    #expect(back.value == -1.7e308 && back.dualityGap == 0)
  }
}
