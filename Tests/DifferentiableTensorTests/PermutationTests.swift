import DifferentiableTensor
import Testing

@Suite struct PermutationTests {
  static let cases: [([Int], [Int])] = [
    ([], []), ([4], [0]), ([2, 3], [0, 1]), ([2, 3], [1, 0]), ([70, 67], [1, 0]),
    ([1, 5], [1, 0]),
    ([2, 3, 4], [0, 2, 1]), ([2, 3, 4], [1, 0, 2]), ([2, 3, 4], [2, 1, 0]),
    ([2, 3, 4], [1, 2, 0]),
    ([2, 3, 4], [2, 0, 1]), ([2, 3, 4, 5], [0, 2, 3, 1]), ([2, 3, 4, 5], [3, 1, 2, 0]),
    ([2, 3, 4, 5], [2, 3, 0, 1]), ([2, 3, 4, 5], [1, 3, 0, 2]),
    ([2, 1, 3, 1, 2], [3, 2, 1, 0, 4]),
    ([2, 0, 3], [2, 1, 0]), ([3, 2, 2, 2, 3], [4, 2, 0, 3, 1]),
  ]

  @Test(arguments: cases)
  func agreesWithTheDefinition(shape: [Int], order: [Int]) throws {
    let tensor = try ReshapingTests.counting(shape)
    let permuted = try tensor.permuted(order)
    #expect(permuted.shape == order.map { shape[$0] })
    let reference = Reference(tensor)
    let expected = Reference(shape: permuted.shape) { index in
      var source = index
      for (position, axis) in order.enumerated() { source[axis] = index[position] }
      return reference[source]
    }
    #expect(expected.distance(to: permuted) == 0)
  }

  @Test func countsFromTheEnd() throws {
    let tensor = try ReshapingTests.counting([2, 3, 4])
    #expect(try tensor.permuted([-1, 0, -2]).scalars == tensor.permuted([2, 0, 1]).scalars)
    #expect(try tensor.transposed().shape == [2, 4, 3])
    #expect(try tensor.transposed(0, 2).shape == [4, 3, 2])
    #expect(try tensor.transposed(0, 0).scalars == tensor.scalars)
  }

  @Test func refusesOtherOrders() throws {
    let tensor = try Tensor.zeros([2, 3])
    for axes in [[], [0], [0, 0], [0, 2], [0, 1, 2], [-3, 0], [1, -1]] {
      #expect(throws: TensorError.invalidPermutation(axes: axes, rank: 2)) {
        try tensor.permuted(axes)
      }
    }
    #expect(throws: TensorError.axisOutOfRange(axis: -2, rank: 1)) {
      try Tensor.zeros([2]).transposed()
    }
  }
}
