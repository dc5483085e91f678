import CombinatorialLosses
import TestSupport
import Testing

struct LetterAlignmentLossTests {
  private static let predicted: [[UInt8]] = [[0, 1, 2, 1], [2, 2], []]
  private static let target: [[UInt8]] = [[1, 2, 1], [0, 2, 1, 1, 0], [1]]

  private static func prices(seed: UInt64) throws -> [Tensor] {
    var random = SeededGenerator(seed: seed)
    return try [[3, 3], [], []].map { try Tensor.random(uniform: $0, in: 0...1, using: &random) }
  }

  private static func values(_ prices: [Tensor]) throws -> Tensor {
    try LetterAlignment().optimalValues(
      predicted, target, substitutions: prices[0], predictedGap: prices[1], targetGap: prices[2])
  }

  @Test func gradientsAgreeWithDifferences() throws {
    try expectGradient(
      of: { try Self.values($0) }, at: Self.prices(seed: 98), step: 0x1p-12)
  }

  /// What the pairs of one batch pay makes them cheaper than those of another after a few steps.
  @Test func aTableIsLearned() throws {
    var prices = try Self.prices(seed: 99)
    let before = try Self.values(prices).sum().item()
    for _ in 0..<5 {
      let leaves = prices.map { $0.requiringGradient() }
      let gradients = try Self.values(leaves).sum().gradients(of: leaves)
      prices = try zip(prices, gradients).map { try $0 - $1 * 0.01 }
    }
    #expect(try Self.values(prices).sum().item() < before)
  }

  @Test func shapesAreChecked() throws {
    let prices = try Self.prices(seed: 100)
    #expect(throws: CombinatorialError.self) { try Self.values([prices[1], prices[1], prices[2]]) }
    #expect(throws: CombinatorialError.self) { try Self.values([prices[0], prices[0], prices[2]]) }
    #expect(
      throws: CombinatorialError(.labelOutOfRange(position: 2, label: 2, classes: 2), item: 0)
    ) {
      try Self.values([.ones([2, 2]), prices[1], prices[2]])
    }
  }
}
