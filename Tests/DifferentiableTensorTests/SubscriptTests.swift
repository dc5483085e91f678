import DifferentiableTensor
import Testing

@Suite struct SubscriptTests {
  /// [2, 3, 4], counting up.
  private static let counting = try? Tensor((0..<24).map { Float($0) }, shape: [2, 3, 4])

  /// The same by its definition: the elements at these indices, and the shape of what is left.
  private static let parts: [([any TensorIndex], [Int], [[Int]])] = [
    ([], [2, 3, 4], [[0, 1], [0, 1, 2], [0, 1, 2, 3]]),
    ([1], [3, 4], [[1], [0, 1, 2], [0, 1, 2, 3]]),
    ([-2, -1], [4], [[0], [2], [0, 1, 2, 3]]),
    ([1, 2, 3], [], [[1], [2], [3]]),
    ([0..., 1], [2, 4], [[0, 1], [1], [0, 1, 2, 3]]),
    ([0..., 0..., -1], [2, 3], [[0, 1], [0, 1, 2], [3]]),
    ([0..<1], [1, 3, 4], [[0], [0, 1, 2], [0, 1, 2, 3]]),
    ([0, 1...2, ..<3], [2, 3], [[0], [1, 2], [0, 1, 2]]),
    ([...0, 1..., 1...1], [1, 2, 1], [[0], [1, 2], [1]]),
    ([1, 3...], [0, 4], [[1], [], [0, 1, 2, 3]]),
    ([0, 1..<1, 0], [0], [[0], [], [0]]),
  ]

  @Test(arguments: parts.indices)
  func takesWhatIndicesName(part: Int) throws {
    let (indices, shape, selected) = Self.parts[part]
    let tensor = try #require(Self.counting)
    let result = try Self.part(of: tensor, indices)
    #expect(result.shape == shape)
    let expected = selected[0].flatMap { first in
      selected[1].flatMap { second in
        selected[2].map { Float((first * 3 + second) * 4 + $0) }
      }
    }
    #expect(result.scalars == expected)
  }

  private static func part(of tensor: Tensor, _ indices: [any TensorIndex]) throws -> Tensor {
    switch indices.count {
    case 0: try tensor[]
    case 1: try tensor[indices[0]]
    case 2: try tensor[indices[0], indices[1]]
    default: try tensor[indices[0], indices[1], indices[2]]
    }
  }

  @Test func gradientsLandWhereElementsCameFrom() throws {
    let leaf = try #require(Self.counting).requiringGradient()
    let loss = try leaf[1, 1..., -1].sum() * 2 + leaf[0, 0, 0] + leaf[1, 2, 3]
    let gradient = try loss.gradients(of: [leaf])[0]
    #expect(try gradient[1, 1..., -1].scalars == [2, 3])
    #expect(try gradient[0, 0, 0].item() == 1)
    #expect(gradient.sum().scalars == [6])
  }

  @Test func refusesWhatIsOutside() throws {
    let tensor = try #require(Self.counting)
    for index in [3, -4, .max, .min] {
      #expect(throws: TensorError.subscriptOutOfRange(axis: 1, index: index, extent: 3)) {
        try tensor[0, index]
      }
    }
    #expect(throws: TensorError.rangeOutOfBounds(range: 1..<4, extent: 3)) { try tensor[0, 1..<4] }
    #expect(throws: TensorError.rangeOutOfBounds(range: -1..<2, extent: 3)) {
      try tensor[0, -1...1]
    }
    #expect(throws: TensorError.rangeOutOfBounds(range: 0..<(.max), extent: 3)) {
      try tensor[0, ...Int.max]
    }
    #expect(throws: TensorError.rangeOutOfBounds(range: 4..<4, extent: 3)) { try tensor[0, 4...] }
    #expect(throws: TensorError.rangeOutOfBounds(range: -1..<(-1), extent: 3)) {
      try tensor[0, ..<(-1)]
    }
    #expect(throws: TensorError.rangeOutOfBounds(range: -1..<0, extent: 3)) {
      try tensor[0, ...(-1)]
    }
    #expect(throws: TensorError.tooManyIndices(count: 4, rank: 3)) { try tensor[0, 0, 0, 0] }
    #expect(throws: TensorError.tooManyIndices(count: 1, rank: 0)) { try Tensor(1)[0] }
  }
}
