import CombinatorialSolvers
import Testing

/// Labelings of chains whose costs cancel, or exceed the range of their type.
struct ChainMagnitudeTests {
  /// In a batch of floats some are solved in double, some exactly, and the others as ever.
  @Test func batchesOfLargeFloats() throws {
    let large = Float.greatestFiniteMagnitude
    let unary: [Float] = [1, 2, large, large, 3, 4, large, -large, -5, 5.5]
    let output = try unary.withUnsafeBufferPointer { unary in
      try ([0] as [Float]).withUnsafeBufferPointer { steps in
        try ChainLabeling().solve(
          unary: unary, steps: steps, shape: BatchShape(batch: 5, rows: 2, columns: 1))
      }
    }
    #expect(output.values == [3, 2 * Double(large), 7, 0, 0.5])
    #expect(output.labels == .init(repeating: 0, count: 10))
    #expect(output[0].potentials == [1, 3])
    #expect(output[1].potentials == [Double(large), .infinity])
  }

  @Test func smallPartsDecide() throws {
    let steps = [0, 0, 0, 0] as [Double]
    let solution = try ChainLabeling().solve(
      unary: [1e300, 1e300, 2e-300, 1e-300, -1e300, -1e300], steps: steps, labels: 2)
    #expect(solution.labels == [0, 1, 0] && solution.value == 1e-300 && solution.dualityGap == 0)
  }

  @Test func valuesBeyondTheLargestDoubleAreNamed() throws {
    let chain = ChainLabeling()
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try chain.solve(unary: [1.7e308, 1.7e308], steps: [0], labels: 1)
    }
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try chain.solve(unary: [-1.7e308, -1.7e308], steps: [0], labels: 1)
    }
    let back = try chain.solve(unary: [-1.7e308, -1.7e308, 1.7e308], steps: [0], labels: 1)
    #expect(back.value == -1.7e308 && back.dualityGap == 0)
  }
}
