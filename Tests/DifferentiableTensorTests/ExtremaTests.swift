import DifferentiableTensor
import Testing

@Suite struct ExtremaTests {
  static let cases: [([Int], [Int])] = [
    ([4], [0]), ([2, 3], []), ([2, 3], [0]), ([2, 3], [-1]), ([2, 3, 4], [1]),
    ([2, 3, 4], [2, 0]),
    ([2, 3, 2, 3], [1, 3]),
  ]

  @Test(arguments: cases)
  func agreeWithTheirDefinitions(shape: [Int], axes: [Int]) throws {
    var generator = SeededGenerator(seed: 31)
    let tensor = try Tensor.random(normal: shape, using: &generator)
    let positive = axes.map { $0 < 0 ? $0 + shape.count : $0 }
    let groups = Reference(tensor).groups(positive)
    #expect(try tensor.max(axes: axes).scalars.map(Double.init) == groups.map { $0.max() })
    #expect(try tensor.min(axes: axes).scalars.map(Double.init) == groups.map { $0.min() })
    let kept = try tensor.max(axes: axes, keepingDimensions: true)
    #expect(kept.shape == shape.indices.map { positive.contains($0) ? 1 : shape[$0] })
    #expect(try tensor.max(axes: axes).rank == shape.count - axes.count)
  }

  @Test func firstOfEqualElementsGetsTheGradient() throws {
    let tensor = try Tensor([1, 5, 5, 0, 5, 0], shape: [2, 3]).requiringGradient()
    #expect(try tensor.max().gradients(of: [tensor])[0].scalars == [0, 1, 0, 0, 0, 0])
    #expect(try tensor.min().gradients(of: [tensor])[0].scalars == [0, 0, 0, 1, 0, 0])
    let columns = try tensor.max(axes: [0])
    let cotangent = try Tensor([1, 2, 3], shape: [3])
    #expect(
      try columns.gradients(of: [tensor], cotangent: cotangent)[0].scalars == [1, 2, 3, 0, 0, 0])
    let outer = try Tensor([0, 7, 1, 7, 7, 0, 7, 0], shape: [2, 2, 2]).requiringGradient()
    let byMiddle = try outer.max(axes: [0, 2])
    #expect(byMiddle.scalars == [7, 7])
    #expect(
      try byMiddle.gradients(of: [outer], cotangent: Tensor([1, 2], shape: [2]))[0].scalars
        == [0, 1, 0, 2, 0, 0, 0, 0])
  }

  @Test func firstNaNWins() throws {
    let tensor = try Tensor([1, .nan, 9, .nan], shape: [4]).requiringGradient()
    for extremum in [try tensor.max(), try tensor.min()] {
      #expect(try extremum.item().isNaN)
      #expect(try extremum.gradients(of: [tensor])[0].scalars == [0, 1, 0, 0])
    }
    #expect(try tensor.argmax(axis: 0) == [1])
    #expect(try Tensor([.nan, 1], shape: [2]).argmax(axis: 0) == [0])
  }

  @Test func argmaxIsTheFirstGreatest() throws {
    let tensor = try Tensor([1, 5, 5, -.infinity, -3, -.infinity], shape: [2, 3])
    #expect(try tensor.argmax(axis: 1) == [1, 1])
    #expect(try tensor.argmax(axis: 0) == [0, 0, 0])
    #expect(try tensor.argmax(axis: -2) == [0, 0, 0])
    #expect(try Tensor(repeating: -.infinity, shape: [1, 3]).argmax(axis: 1) == [0])
  }

  @Test func ofNothingDoNotExist() throws {
    let empty = try Tensor.zeros([2, 0])
    #expect(throws: TensorError.emptyReduction(shape: [2, 0])) { try empty.max() }
    #expect(throws: TensorError.emptyReduction(shape: [2, 0])) { try empty.min(axes: [1]) }
    #expect(throws: TensorError.emptyReduction(shape: [2, 0])) { try empty.argmax(axis: 1) }
    #expect(try empty.max(axes: [0]).shape == [0])
    #expect(try empty.argmax(axis: 0) == [])
  }

  @Test func refuseAxesThatDoNotExist() throws {
    let tensor = try Tensor.zeros([2, 3])
    #expect(throws: TensorError.axisOutOfRange(axis: 2, rank: 2)) { try tensor.max(axes: [2]) }
    #expect(throws: TensorError.repeatedAxis(axis: 0, rank: 2)) { try tensor.min(axes: [0, 0]) }
    #expect(throws: TensorError.axisOutOfRange(axis: -3, rank: 2)) { try tensor.argmax(axis: -3) }
  }
}
