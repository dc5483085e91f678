import DifferentiableTensor
import Testing

@Suite struct ExpansionTests {
  static let cases: [([Int], [Int])] = [
    ([], [2, 3]), ([3], [2, 3]), ([2, 1], [2, 3]), ([2, 1, 3], [4, 2, 5, 3]), ([2, 3], [2, 3]),
    ([1], [0]), ([2, 1], [2, 0]), ([1, 1], [1, 1, 1]), ([1, 2, 1, 2], [3, 2, 3, 2]),
  ]

  @Test(arguments: cases)
  func repeatsElements(shape: [Int], target: [Int]) throws {
    let tensor = try ReshapingTests.counting(shape)
    let expanded = try tensor.expanded(to: target)
    #expect(expanded.shape == target)
    let reference = Reference(tensor)
    #expect(Reference(shape: target) { reference[$0] }.distance(to: expanded) == 0)
  }

  @Test func refusesShapesItDoesNotBroadcastTo() throws {
    let tensor = try Tensor.zeros([2, 3])
    #expect(
      throws: TensorError.shapeMismatch(expected: "a tensor that broadcasts to [3]", found: [2, 3])
    ) {
      try tensor.expanded(to: [3])
    }
    #expect(throws: TensorError.self) { try tensor.expanded(to: [2, 1]) }
    #expect(throws: TensorError.self) { try tensor.expanded(to: [4, 3]) }
    #expect(throws: TensorError.negativeExtent(shape: [-2, 2, 3])) {
      try tensor.expanded(to: [-2, 2, 3])
    }
    let huge = [1 << 20, 1 << 20, 1 << 20, 1]
    #expect(throws: TensorError.sizeOverflow(shape: huge)) { try Tensor(1).expanded(to: huge) }
  }
}
