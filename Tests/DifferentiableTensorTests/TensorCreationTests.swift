import DifferentiableTensor
import Testing

@Suite struct TensorCreationTests {
  @Test func fills() throws {
    #expect(try Tensor(repeating: 3, shape: [2, 2]).scalars == [3, 3, 3, 3])
    #expect(try Tensor.zeros([3]).scalars == [0, 0, 0])
    #expect(try Tensor.ones([]).scalars == [1])
    #expect(try Tensor.ones([2, 0, 2]).scalars == [])
  }

  @Test func refusesImpossibleShapes() throws {
    #expect(throws: TensorError.negativeExtent(shape: [2, -3])) { try Tensor.zeros([2, -3]) }
    #expect(throws: TensorError.negativeExtent(shape: [0, -3])) { try Tensor.ones([0, -3]) }
    for shape in [[Int.max], [Int.max, 2], [1 << 32, 1 << 31], [1 << 32, 0, 1 << 32]] {
      #expect(throws: TensorError.sizeOverflow(shape: shape)) {
        try Tensor(repeating: 1, shape: shape)
      }
    }
    var generator = SeededGenerator(seed: 1)
    #expect(throws: TensorError.negativeExtent(shape: [-1])) {
      try Tensor.random(uniform: [-1], using: &generator)
    }
    #expect(throws: TensorError.sizeOverflow(shape: [Int.max])) {
      try Tensor.random(normal: [.max], using: &generator)
    }
  }

  @Test func eyesHaveOnesOnTheDiagonal() throws {
    #expect(try Tensor.eye(2).scalars == [1, 0, 0, 1])
    #expect(try Tensor.eye(2, columns: 3).scalars == [1, 0, 0, 0, 1, 0])
    #expect(try Tensor.eye(3, columns: 1).scalars == [1, 0, 0])
    #expect(try Tensor.eye(0).shape == [0, 0])
    #expect(throws: TensorError.negativeExtent(shape: [-1, -1])) { try Tensor.eye(-1) }
    #expect(throws: TensorError.sizeOverflow(shape: [.max, 2])) { try Tensor.eye(.max, columns: 2) }
  }

  @Test func nestedArraysGiveShapes() throws {
    #expect(Tensor([1, 2, 3]).shape == [3] && Tensor([1, 2, 3]).scalars == [1, 2, 3])
    let matrix = try Tensor([[1, 2, 3], [4, 5, 6]])
    #expect(matrix.shape == [2, 3] && matrix.scalars == [1, 2, 3, 4, 5, 6])
    let matrices = try Tensor([[[1], [2]], [[3], [4]], [[5], [6]]])
    #expect(matrices.shape == [3, 2, 1] && matrices.scalars == [1, 2, 3, 4, 5, 6])
    let pictures = try Tensor([[[[1, 2]]], [[[3, 4]]]])
    #expect(pictures.shape == [2, 1, 1, 2] && pictures.scalars == [1, 2, 3, 4])
    #expect(try Tensor([[], []] as [[Float]]).shape == [2, 0])
    #expect(try Tensor([] as [[[Float]]]).shape == [0, 0, 0])
    let rows = (0..<100).map { row in (0..<70).map { Float(row * 70 + $0) } }
    #expect(try Tensor(rows).scalars == (0..<7000).map { Float($0) })
  }

  @Test func raggedArraysAreRefused() {
    #expect(throws: TensorError.ragged(index: [1], expected: 2, found: 3)) {
      try Tensor([[1, 2], [3, 4, 5]])
    }
    #expect(throws: TensorError.ragged(index: [1], expected: 0, found: 1)) {
      try Tensor([[], [1]])
    }
    #expect(throws: TensorError.ragged(index: [1, 0], expected: 2, found: 1)) {
      try Tensor([[[1, 2]], [[3]]])
    }
    #expect(throws: TensorError.ragged(index: [1], expected: 1, found: 2)) {
      try Tensor([[[1, 2]], [[3, 4], [5, 6]]])
    }
    #expect(throws: TensorError.ragged(index: [0, 1, 0], expected: 1, found: 0)) {
      try Tensor([[[[1]], [[]]]])
    }
  }

  @Test func uniformDrawsHaveTheirMoments() throws {
    var generator = SeededGenerator(seed: 2)
    let scalars = try Tensor.random(uniform: [40_000], in: -1...3, using: &generator).scalars
    let mean = scalars.reduce(0.0) { $0 + Double($1) } / 40_000
    let variance = scalars.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 40_000
    // Within five standard errors, 4 / sqrt(12 * 40000) = 0.0058 for the mean.
    #expect(abs(mean - 1) < 0.029)
    #expect(abs(variance - 16.0 / 12) < 0.03)
    #expect(scalars.allSatisfy { (-1...3).contains($0) })
  }

  @Test(arguments: [1, 2, 40_001])
  func normalDrawsHaveTheirMoments(count: Int) throws {
    var generator = SeededGenerator(seed: 3)
    let scalars = try Tensor.random(
      normal: [count], mean: 1, standardDeviation: 2, using: &generator
    ).scalars
    #expect(scalars.allSatisfy { $0.isFinite })
    guard count > 2 else { return }
    let deviations = scalars.map { (Double($0) - 1) / 2 }
    func moment(_ order: Int) -> Double {
      deviations.reduce(0.0) { sum, value in
        sum + (0..<order).reduce(1.0) { product, _ in product * value }
      } / Double(count)
    }
    // Standard errors: sqrt(1/n), sqrt(2/n), sqrt(15/n), sqrt(96/n); five of each.
    #expect(abs(moment(1)) < 0.025)
    #expect(abs(moment(2) - 1) < 0.036)
    #expect(abs(moment(3)) < 0.097)
    #expect(abs(moment(4) - 3) < 0.245)
  }

  @Test func sameSeedGivesTheSameDraws() throws {
    func draw(_ seed: UInt64) throws -> [Float] {
      var generator = SeededGenerator(seed: seed)
      return try Tensor.random(normal: [7], using: &generator).scalars
    }
    #expect(try draw(4) == draw(4))
    #expect(try draw(4) != draw(5))
  }
}
