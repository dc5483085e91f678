import DifferentiableTensor
import Testing

@Suite struct BroadcastLoopsTests {
  /// Left, right and result.
  static let shapes: [[[Int]]] = [
    [[], [], []],
    [[1], [], [1]],
    [[], [1, 1], [1, 1]],
    [[3], [], [3]],
    [[], [2, 3], [2, 3]],
    [[2, 3], [3], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [[2, 3], [2, 1], [2, 3]],
    [[2, 1], [1, 3], [2, 3]],
    [[2, 1], [2, 3], [2, 3]],
    [[2, 3, 4, 5], [3, 1, 1], [2, 3, 4, 5]],
    [[1, 3, 1, 1], [2, 3, 4, 5], [2, 3, 4, 5]],
    [[2, 1, 4, 1], [3, 1, 5], [2, 3, 4, 5]],
    [[2, 3, 1, 5], [1, 3, 4, 5], [2, 3, 4, 5]],
    [[4, 1, 1], [1, 1, 2], [4, 1, 2]],
    [[0], [1], [0]],
    [[2, 0], [2, 1], [2, 0]],
    [[1, 3], [0, 3], [0, 3]],
  ]

  @Test(arguments: shapes)
  func agreesWithTheDefinition(shapes: [[Int]]) throws {
    var generator = SeededGenerator(seed: 11)
    let left = try Tensor.random(uniform: shapes[0], in: -1...1, using: &generator)
    let right = try Tensor.random(uniform: shapes[1], in: -1...1, using: &generator)
    let difference = try left - right
    #expect(difference.shape == shapes[2])
    let expected = Reference.broadcast(left, right, shape: shapes[2], -)
    // A difference rounded to `Double` and then to `Float` is the one rounded to `Float` at once
    // (S. Figueroa, When is double rounding innocuous?, 1995).
    #expect(difference.scalars == expected.values.map { Float($0) })
  }

  @Test(
    arguments: [([2], [3]), ([2, 3], [2]), ([0], [2]), ([4, 2, 3], [3, 3])] as [([Int], [Int])])
  func refusesShapesThatDisagree(left: [Int], right: [Int]) throws {
    let (first, second) = (try Tensor.zeros(left), try Tensor.zeros(right))
    let error = #expect(throws: TensorError.self) { try first + second }
    #expect(
      error == .shapeMismatch(expected: "a shape that broadcasts with \(left)", found: right))
    #expect(throws: TensorError.self) { try first - second }
    #expect(throws: TensorError.self) { try first * second }
    #expect(throws: TensorError.self) { try first / second }
    #expect(throws: TensorError.self) { try Tensor.maximum(first, second) }
    #expect(throws: TensorError.self) { try Tensor.minimum(first, second) }
  }
}
