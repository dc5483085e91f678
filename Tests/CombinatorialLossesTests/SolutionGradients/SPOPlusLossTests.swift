import CombinatorialLosses
import TestSupport
import Testing

struct SPOPlusLossTests {
  private let oracle = EnumeratedAssignment(3)

  /// The definition: max over u of (c - 2c').u, plus 2 c'.u*(c) - z*(c).
  @Test func valueAndGradientAreThoseOfTheDefinition() throws {
    var random = SeededGenerator(seed: 71)
    let predicted = try Tensor.multiples([40, 3, 3], using: &random).requiringGradient()
    let truth = try Tensor.multiples([40, 3, 3], using: &random)
    let loss = try Assignment().spoPlusLoss(predicted, trueCosts: truth)
    let gradient = try loss.sum().gradients(of: [predicted])[0]
    for item in 0..<40 {
      let (p, c) = (predicted.item(item, count: 9), truth.item(item, count: 9))
      let best = oracle.solution(c)
      let opposite = zip(c, p).map { $0 - 2 * $1 }
      let greatest = oracle.matrices.map { EnumeratedAssignment.objective(opposite, $0) }.max() ?? 0
      let expected =
        greatest + 2 * EnumeratedAssignment.objective(p, best)
        - EnumeratedAssignment.objective(c, best)
      #expect(Double(loss.scalars[item]) == expected, "item \(item)")
      let other = oracle.solution(opposite.map { -$0 })
      #expect(
        gradient.item(item, count: 9) == zip(best, other).map { Double(2 * ($0 - $1)) },
        "item \(item)")
    }
  }

  @Test func itBoundsTheRegretAndVanishesAtTheTruth() throws {
    var random = SeededGenerator(seed: 72)
    let predicted = try Tensor.multiples([200, 4, 4], using: &random)
    let truth = try Tensor.multiples([200, 4, 4], using: &random)
    let known = try Assignment().optimum(truth)
    let loss = try Assignment().spoPlusLoss(predicted, trueCosts: truth, trueOptimum: known)
    let regret = try Assignment().regret(predicted, trueCosts: truth, trueOptimum: known)
    #expect(zip(loss.scalars, regret.values).allSatisfy { Double($0) >= $1 })
    #expect(regret.values.contains { $0 > 0.1 })
    let atTruth = try Assignment().spoPlusLoss(truth, trueCosts: truth, trueOptimum: known)
    #expect(atTruth.scalars.allSatisfy { $0 == 0 })
  }

  /// Convex in the predicted costs; at the truth and at ties too.
  @Test func theGradientIsASubgradient() throws {
    var random = SeededRandom(seed: 73)
    for trial in 0..<20 {
      let truth = try Tensor(
        (0..<9).map { _ in Float(Int.random(in: 0...2, using: &random)) }, shape: [3, 3])
      let start =
        trial % 3 == 0
        ? truth.scalars : (0..<9).map { _ in Float(Int.random(in: 0...2, using: &random)) }
      let predicted = try Tensor(start, shape: [3, 3]).requiringGradient()
      func loss(_ predicted: Tensor) throws -> Tensor {
        try Assignment().spoPlusLoss(predicted, trueCosts: truth)
      }
      try expectSupergradient(of: loss, at: predicted, curvature: .convex, seed: trial)
    }
  }

  /// What the truth forbids stays forbidden whatever is predicted, and gets no gradient.
  @Test func forbiddenPairs() throws {
    let truth = try Tensor([1, .infinity, 2, 2, 1, 3, 3, 1, .infinity], shape: [3, 3])
    for forbidden in [Float.infinity, -100] {
      let scalars: [Float] = [3, forbidden, 1, 2, 2, 2, 1, 1, forbidden]
      let predicted = try Tensor(scalars, shape: [3, 3]).requiringGradient()
      let loss = try Assignment().spoPlusLoss(predicted, trueCosts: truth)
      let gradient = try loss.gradients(of: [predicted])[0].scalars
      #expect(try loss.item() > 0)
      #expect(gradient[1] == 0 && gradient[8] == 0)
      #expect(try Assignment().spoPlusLoss(truth, trueCosts: truth).item() == 0)
    }
  }

  /// An objective with a constant of its own, here the unmatched cost: still 0 at the truth, and at
  /// least the regret.
  @Test func unmatchedCosts() throws {
    var random = SeededGenerator(seed: 74)
    let matching = Assignment(unmatchedCost: 0.25)
    let truth = try Tensor.multiples([50, 3, 4], using: &random)
    let predicted = try Tensor.multiples([50, 3, 4], using: &random)
    let loss = try matching.spoPlusLoss(predicted, trueCosts: truth)
    let regret = try matching.regret(predicted, trueCosts: truth)
    #expect(zip(loss.scalars, regret.values).allSatisfy { Double($0) >= $1 })
    #expect(try matching.spoPlusLoss(truth, trueCosts: truth).scalars.allSatisfy { $0 == 0 })
  }

  @Test func shapesThatDoNotFitAreRefused() throws {
    let expected = CombinatorialError.shapeMismatch(
      expected: "predicted costs of shape [2, 2]", found: "shape [1, 2, 2]")
    #expect(throws: expected) {
      try Assignment().spoPlusLoss(Tensor.ones([1, 2, 2]), trueCosts: Tensor.ones([2, 2]))
    }
  }
}
