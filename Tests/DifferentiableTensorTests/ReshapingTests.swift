import DifferentiableTensor
import Testing

@Suite struct ReshapingTests {
  static func counting(_ shape: [Int]) throws -> Tensor {
    let count = shape.reduce(1, *)
    return try Tensor((0..<count).map(Float.init), shape: shape)
  }

  @Test func keepsTheOrder() throws {
    let tensor = try Self.counting([2, 3, 4])
    #expect(try tensor.reshaped([4, 6]).shape == [4, 6])
    #expect(try tensor.reshaped([4, 6]).scalars == tensor.scalars)
    #expect(try tensor.reshaped([-1, 8]).shape == [3, 8])
    #expect(try tensor.reshaped([-1]).shape == [24])
    #expect(try Tensor(1).reshaped([1, 1]).shape == [1, 1])
    #expect(try Tensor.zeros([0, 3]).reshaped([5, 0]).shape == [5, 0])
    #expect(try Tensor.zeros([0, 3]).reshaped([-1, 3]).shape == [0, 3])
  }

  @Test func refusesOtherCounts() throws {
    let tensor = try Self.counting([2, 3])
    for shape in [[5], [2, 4], [-1, 4], [-1, 0], []] {
      let error = #expect(throws: TensorError.self) { try tensor.reshaped(shape) }
      #expect(
        error
          == .shapeMismatch(expected: "a shape that holds the scalars of \(shape)", found: [2, 3]))
    }
    #expect(throws: TensorError.negativeExtent(shape: [6, -2])) { try tensor.reshaped([6, -2]) }
    #expect(throws: TensorError.negativeExtent(shape: [1, -1])) { try tensor.reshaped([-1, -1]) }
    #expect(throws: TensorError.sizeOverflow(shape: [.max, 4])) { try tensor.reshaped([.max, 4]) }
  }

  @Test func flattens() throws {
    let tensor = try Self.counting([2, 3, 4])
    #expect(try tensor.flattened().shape == [24])
    #expect(try tensor.flattened(fromAxis: 1).shape == [2, 12])
    #expect(try tensor.flattened(fromAxis: -1).shape == [2, 3, 4])
    #expect(try Tensor(1).flattened().shape == [1])
    #expect(throws: TensorError.axisOutOfRange(axis: 3, rank: 3)) {
      try tensor.flattened(fromAxis: 3)
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 1, rank: 0)) {
      try Tensor(1).flattened(fromAxis: 1)
    }
  }
}
