import CombinatorialLosses
import Testing

/// The examples of the documentation, compiled and run.
struct AligningSequencesArticleTests {
  private let logits, costs: Tensor
  private let targets: [Int32] = [0, 1, 2, 0]

  init() throws {
    var random = SeededGenerator(seed: 1)
    logits = try .random(uniform: [2, 3, 4], in: -1...1, using: &random)
    costs = try .random(uniform: [2, 3, 4], in: 0...1, using: &random)
  }

  @Test func theLoss() throws {
    let (predictedLengths, targetLengths) = ([3, 2], [2, 1])
    let lengths = Lengths(rows: predictedLengths, columns: targetLengths)
    let loss = try alignmentLoss(logits: logits, targets: targets, lengths: lengths).mean()
    #expect(try loss.item() > 0)
  }

  @Test func otherRules() throws {
    let (lengths, distances) = (Lengths(rows: [3, 2], columns: [4, 4]), costs)
    let (p, t) = try (Tensor.zeros([2, 3]) + 1, Tensor.zeros([2, 4]) + 1)
    let z = try Alignment(gapFactor: 1.5).optimalValue(costs, lengths: lengths)
    let priced = try Alignment(gapCost: 2).optimalValue(costs, predictedGaps: p, targetGaps: t)
    let warped = try Alignment.timeWarping(band: 10).optimalValue(distances)
    // At a price of 1, rows + columns is what an alignment of gaps alone costs.
    for value in priced.scalars { #expect(value <= 7) }
    // Gaps that cost their cell are moves of a warping.
    let moves = try Alignment(gapFactor: 1).optimalValue(costs)
    for (value, least) in zip(warped.scalars, moves.scalars) { #expect(value >= least) }
    #expect(z.shape == [2])
  }

  @Test func letters() throws {
    let (first, second): ([[UInt8]], [[UInt8]]) = ([[0, 1, 2], [1]], [[0, 2], [1]])
    let table = try Tensor([0, 1, 1, 1, 0, 1, 1, 1, 0], shape: [3, 3]).requiringGradient()
    let gap = try Tensor([1], shape: []).requiringGradient()
    let related = try LetterAlignment().optimalValues(
      first, second, substitutions: table, predictedGap: gap, targetGap: gap)
    #expect(related.scalars == [1, 0])
    let gradients = try related.sum().gradients(of: [table, gap])
    #expect(gradients[0].scalars == [1, 0, 0, 0, 1, 0, 0, 0, 1] && gradients[1].scalars == [1])
  }

  @Test func smoothing() throws {
    let (xy, xx, yy) = try (costs, Tensor.zeros([2, 3, 3]), Tensor.zeros([2, 4, 4]))
    let soft = SoftAlignment(temperature: 0.1)
    let value = try soft.value(costs)
    let loss = try alignmentLoss(logits: logits, targets: targets, alignment: soft)
    let divergence = try soft.divergence(cross: xy, first: xx, second: yy)
    let hard = try Alignment().optimalValue(costs)
    for (value, least) in zip(value.scalars, hard.scalars) { #expect(value <= least) }
    #expect(loss.shape == [2] && divergence.shape == [2])
  }
}
