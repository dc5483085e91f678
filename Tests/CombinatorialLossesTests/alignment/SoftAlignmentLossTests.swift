import CombinatorialLosses
import Foundation
import TestSupport
import Testing

struct SoftAlignmentLossTests {
  private let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.75), Alignment(gapCost: 1), .timeWarping(),
    .timeWarping(band: 1),
  ]

  @Test(arguments: 0..<5, [[3, 4], [2, 5, 3]])
  func gradientAgreesWithDifferences(rule: Int, shape: [Int]) throws {
    var random = SeededGenerator(seed: 83)
    let costs = try Tensor.random(uniform: shape, in: 0...3, using: &random)
    let problem = SoftAlignment(temperature: 0.5, alignment: rules[rule])
    try expectGradient(
      of: { try problem.value($0[0]) }, at: [costs])
  }

  @Test func gapCostsAreDifferentiable() throws {
    var random = SeededGenerator(seed: 84)
    let costs = try Tensor.random(uniform: [2, 3, 4], in: 0...3, using: &random)
    let rows = try Tensor.random(uniform: [2, 3], in: 0.5...2, using: &random)
    let columns = try Tensor.random(uniform: [2, 4], in: 0.5...2, using: &random)
    let problem = SoftAlignment(temperature: 0.5, alignment: Alignment(gapCost: 1))
    try expectGradient(
      of: { try problem.value($0[0], predictedGaps: $0[1], targetGaps: $0[2]) },
      at: [costs, rows, columns])
  }

  @Test func logitsAreDifferentiable() throws {
    var random = SeededGenerator(seed: 85)
    let logits = try Tensor.random(normal: [3, 4, 6], using: &random)
    let targets = (0..<15).map { _ in Int32.random(in: 0..<6, using: &random) }
    let problem = SoftAlignment(temperature: 0.7)
    try expectGradient(
      of: { try alignmentLoss(logits: $0[0], targets: targets, alignment: problem) },
      at: [logits])
    // A small temperature t gives the hard loss: at most t log 3 a move less, and two sums of as many costs.
    let soft = try alignmentLoss(
      logits: logits, targets: targets, alignment: SoftAlignment(temperature: 1e-5))
    let hard = try alignmentLoss(logits: logits, targets: targets)
    let costs = RowTolerance(isFloat: true, columns: 6).logarithm
    #expect(
      zip(soft.scalars, hard.scalars).allSatisfy {
        Double(abs($0 - $1)) <= 1e-5 * 9 * log(3) + 2 * costs * (1.5 * 9 + Double($1))
      })
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var scalars = [Float](repeating: 1, count: 2 * 3 * 3)
    let lengths = Lengths(rows: [3, 0], columns: [2, 0])
    for cell in scalars.indices where cell >= 9 || cell % 3 == 2 { scalars[cell] = .nan }
    let costs = try Tensor(scalars, shape: [2, 3, 3]).requiringGradient()
    let values = try SoftAlignment(temperature: 1).value(costs, lengths: lengths)
    let gradient = try values.sum().gradients(of: [costs])[0].scalars
    #expect(zip(scalars, gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1 > 0 })
  }

  /// Squared distances of two series: 0 for equal ones, positive otherwise.
  @Test func theDivergenceIsZeroForEqualSeries() throws {
    func distances(_ x: [Float], _ y: [Float]) throws -> Tensor {
      try Tensor(
        x.flatMap { x in y.map { (x - $0) * (x - $0) } }, shape: [x.count, y.count])
    }
    let problem = SoftAlignment(temperature: 0.5, alignment: .timeWarping())
    let (x, y): ([Float], [Float]) = ([0, 1, 3, 2, 5], [0, 2, 2, 4])
    let equal = try problem.divergence(
      cross: distances(x, x), first: distances(x, x), second: distances(x, x))
    let other = try problem.divergence(
      cross: distances(x, y), first: distances(x, x), second: distances(y, y))
    #expect(try equal.item() == 0)
    #expect(try other.item() > 0)
  }
}
