import DifferentiableTensor
import Testing

@Suite struct GatheringTests {
  @Test func picksRowsAndColumns() throws {
    let tensor = try ReshapingTests.counting([3, 2])
    let rows = try tensor.gathered(at: [2, 0, 2, 1])
    #expect(rows.shape == [4, 2])
    #expect(rows.scalars == [4, 5, 0, 1, 4, 5, 2, 3])
    let columns = try tensor.gathered(at: [1], axis: -1)
    #expect(columns.shape == [3, 1])
    #expect(columns.scalars == [1, 3, 5])
    #expect(try tensor.gathered(at: []).shape == [0, 2])
    #expect(try Tensor.zeros([3, 0]).gathered(at: [1, 1]).shape == [2, 0])
  }

  @Test func repeatedIndicesAddUp() throws {
    let tensor = try Tensor.zeros([3]).requiringGradient()
    let cotangent = try Tensor([1, 10, 100], shape: [3])
    let gradient = try tensor.gathered(at: [2, 0, 2]).gradients(of: [tensor], cotangent: cotangent)[
      0]
    #expect(gradient.scalars == [10, 0, 101])
  }

  @Test func refusesIndicesOutsideTheAxis() throws {
    let tensor = try Tensor.zeros([3, 2])
    #expect(throws: TensorError.indexOutOfRange(position: 1, index: 3, extent: 3)) {
      try tensor.gathered(at: [0, 3])
    }
    #expect(throws: TensorError.indexOutOfRange(position: 0, index: -1, extent: 2)) {
      try tensor.gathered(at: [-1], axis: 1)
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 0, rank: 0)) {
      try Tensor(1).gathered(at: [0])
    }
    #expect(throws: TensorError.indexOutOfRange(position: 0, index: 0, extent: 0)) {
      try Tensor.zeros([0]).gathered(at: [0])
    }
  }
}
