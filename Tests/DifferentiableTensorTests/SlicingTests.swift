import DifferentiableTensor
import Testing

@Suite struct SlicingTests {
  @Test(arguments: [0, 1, 2], [0..<1, 1..<3, 0..<3, 2..<2, 3..<3])
  func agreesWithTheDefinition(axis: Int, range: Range<Int>) throws {
    let tensor = try ReshapingTests.counting([3, 4, 5])
    let part = try tensor.sliced(range, axis: axis)
    var shape = tensor.shape
    shape[axis] = range.count
    #expect(part.shape == shape)
    let reference = Reference(tensor)
    let expected = Reference(shape: shape) { index in
      var source = index
      source[axis] += range.lowerBound
      return reference[source]
    }
    #expect(expected.distance(to: part) == 0)
  }

  @Test func refusesRangesThatLeaveTheAxis() throws {
    let tensor = try Tensor.zeros([2, 3])
    #expect(throws: TensorError.rangeOutOfBounds(range: 1..<4, extent: 3)) {
      try tensor.sliced(1..<4, axis: 1)
    }
    #expect(throws: TensorError.rangeOutOfBounds(range: -1..<1, extent: 2)) {
      try tensor.sliced(-1..<1)
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 2, rank: 2)) {
      try tensor.sliced(0..<1, axis: 2)
    }
  }
}
