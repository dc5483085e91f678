import DifferentiableTensor
import TestSupport
import Testing

@Suite struct SumsTests {
  static let cases: [([Int], [Int])] = [
    ([], []), ([4], [0]), ([2, 3], []), ([2, 3], [0]), ([2, 3], [1]), ([2, 3], [1, 0]),
    ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [0, 1]), ([2, 3, 4], [1, 2]),
    ([2, 3, 2, 3, 2], [0, 2, 4]), ([1, 7, 1], [1]), ([3, 1, 600], [0]), ([16_400, 2], [0]),
    ([1, 32_775], [1]), ([70, 520], [0]), ([1, 66, 513], [1]),
  ]

  @Test(arguments: cases)
  func agreeWithTheirDefinitions(shape: [Int], axes: [Int]) throws {
    var generator = SeededGenerator(seed: 21)
    let tensor = try Tensor.random(normal: shape, mean: 1, using: &generator)
    let number = Rounded(Double(axes.reduce(1) { $0 * shape[$1] }))
    // Double precision is left once for each group of neighboring axes.
    func added(_ terms: [Rounded]) -> Rounded { .sum(terms, roundings: axes.count + 1) }
    let groups = Reference(tensor).groups(axes).map { $0.map { Rounded($0) } }
    let expectedSums = groups.map(added)
    let expectedMeans = expectedSums.map { $0 / number }
    let expectedVariances = zip(groups, expectedMeans).map { group, mean in
      added(group.map { ($0 - mean) * ($0 - mean) }) / number
    }
    for keeping in [false, true] {
      let expected =
        keeping
        ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
        : shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
      let sums = try tensor.sum(axes: axes, keepingDimensions: keeping)
      #expect(sums.shape == expected)
      #expect(Rounded.excess(sums.scalars, expectedSums) <= 1)
      let means = try tensor.mean(axes: axes, keepingDimensions: keeping)
      #expect(means.shape == expected)
      #expect(Rounded.excess(means.scalars, expectedMeans) <= 1)
      let variances = try tensor.variance(axes: axes, keepingDimensions: keeping)
      #expect(variances.shape == expected)
      #expect(Rounded.excess(variances.scalars, expectedVariances) <= 1)
    }
  }

  @Test func addUpInDoublePrecision() throws {
    // In `Float`, 2^24 + 1 = 2^24.
    var scalars = [Float](repeating: 1, count: 100_001)
    scalars[0] = 0x1p24
    let expected: Float = 0x1p24 + 100_000
    #expect(try Tensor(scalars, shape: [100_001]).sum().item() == expected)
    #expect(try Tensor(scalars, shape: [100_001, 1]).sum(axes: [0]).scalars == [expected])
    let pairs = try Tensor(scalars.flatMap { [$0, $0] }, shape: [100_001, 2])
    #expect(try pairs.sum(axes: [0]).scalars == [expected, expected])
  }

  @Test func ofNothing() throws {
    let empty = try Tensor.zeros([3, 0, 2])
    #expect(try empty.sum().item() == 0)
    #expect(try empty.mean().item().isNaN)
    #expect(try empty.sum(axes: [1]).scalars == [0, 0, 0, 0, 0, 0])
    #expect(try empty.mean(axes: [1]).scalars.allSatisfy(\.isNaN))
    #expect(try empty.mean(axes: [0, 1]).scalars.allSatisfy(\.isNaN))
    #expect(try empty.variance(axes: [1]).scalars.allSatisfy(\.isNaN))
    #expect(try empty.sum(axes: [0]).shape == [0, 2])
    #expect(try Tensor.zeros([0, 4, 5]).mean(axes: [0, 2]).scalars.allSatisfy(\.isNaN))
  }

  @Test func propagateNaN() throws {
    let tensor = try Tensor([1, .nan, 3, 4], shape: [2, 2])
    #expect(try tensor.sum().item().isNaN)
    #expect(try tensor.sum(axes: [1]).scalars[1] == 7)
  }

  @Test func refuseAxesThatDoNotExist() throws {
    let tensor = try Tensor.zeros([2, 3])
    #expect(throws: TensorError.axisOutOfRange(axis: 2, rank: 2)) { try tensor.sum(axes: [2]) }
    #expect(throws: TensorError.axisOutOfRange(axis: -3, rank: 2)) { try tensor.mean(axes: [-3]) }
    #expect(throws: TensorError.repeatedAxis(axis: -1, rank: 2)) {
      try tensor.variance(axes: [1, -1])
    }
    #expect(throws: TensorError.axisOutOfRange(axis: 0, rank: 0)) { try Tensor(1).sum(axes: [0]) }
  }
}
