import DifferentiableTensor
import Testing

@Suite struct JoiningTests {
  @Test func concatenatesAlongEveryAxis() throws {
    let first = try Tensor([1, 2, 3, 4], shape: [2, 2])
    let second = try Tensor([5, 6], shape: [1, 2])
    #expect(try Tensor.concatenated([first, second]).scalars == [1, 2, 3, 4, 5, 6])
    let column = try Tensor([7, 8], shape: [2, 1])
    let wide = try Tensor.concatenated([column, first, column], axis: -1)
    #expect(wide.shape == [2, 4])
    #expect(wide.scalars == [7, 1, 2, 7, 8, 3, 4, 8])
    #expect(try Tensor.concatenated([first]).scalars == first.scalars)
    let empty = try Tensor.zeros([0, 2])
    #expect(try Tensor.concatenated([empty, second, empty]).scalars == [5, 6])
    #expect(try Tensor.concatenated([empty, empty]).shape == [0, 2])
  }

  @Test func stacksOnANewAxis() throws {
    let first = try Tensor([1, 2], shape: [2])
    let second = try Tensor([3, 4], shape: [2])
    #expect(try Tensor.stacked([first, second]).scalars == [1, 2, 3, 4])
    #expect(try Tensor.stacked([first, second], axis: 1).scalars == [1, 3, 2, 4])
    #expect(try Tensor.stacked([first, second], axis: -1).shape == [2, 2])
    #expect(try Tensor.stacked([Tensor(1), Tensor(2), Tensor(3)]).scalars == [1, 2, 3])
  }

  @Test func sameTensorTwiceGetsBothGradients() throws {
    let tensor = try Tensor([1, 2], shape: [2]).requiringGradient()
    let joined = try Tensor.concatenated([tensor, tensor])
    let cotangent = try Tensor([1, 2, 10, 20], shape: [4])
    #expect(try joined.gradients(of: [tensor], cotangent: cotangent)[0].scalars == [11, 22])
  }

  @Test func refusesWhatDoesNotFit() throws {
    let tensor = try Tensor.zeros([2, 3])
    #expect(throws: TensorError.emptyList(operation: "concatenated")) {
      try Tensor.concatenated([])
    }
    #expect(throws: TensorError.emptyList(operation: "stacked")) { try Tensor.stacked([]) }
    #expect(throws: TensorError.axisOutOfRange(axis: 2, rank: 2)) {
      try Tensor.concatenated([tensor], axis: 2)
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 0, rank: 0)) {
      try Tensor.concatenated([Tensor(1)])
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 3, rank: 3)) {
      try Tensor.stacked([tensor], axis: 3)
    }
    for shape in [[2, 4], [2], [2, 3, 1]] {
      #expect(
        throws: TensorError.shapeMismatch(expected: "the shape [2, 3] but for axis 0", found: shape)
      ) {
        try Tensor.concatenated([tensor, Tensor.zeros(shape)])
      }
    }
    #expect(throws: TensorError.shapeMismatch(expected: "the shape [2, 3]", found: [3, 3])) {
      try Tensor.stacked([tensor, Tensor.zeros([3, 3])])
    }
    let long = try Tensor.zeros([1 << 58, 0])
    #expect(throws: TensorError.sizeOverflow(shape: [1 << 59 + 1 << 58, 0])) {
      try Tensor.concatenated([long, long, long])
    }
  }
}
