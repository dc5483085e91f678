import CombinatorialLosses
import TestSupport
import Testing

struct RegretTests {
  private let oracle = EnumeratedAssignment(4)

  @Test func regretIsThatOfEnumeration() throws {
    var random = SeededGenerator(seed: 81)
    let predicted = try Tensor.multiples([50, 4, 4], using: &random).requiringGradient()
    let truth = try Tensor.multiples([50, 4, 4], using: &random)
    let regret = try Assignment().regret(predicted, trueCosts: truth)
    var (total, optimal) = (0.0, 0.0)
    for item in 0..<50 {
      let c = truth.item(item, count: 16)
      let decision = oracle.solution(predicted.item(item, count: 16))
      let expected = EnumeratedAssignment.objective(c, decision) - oracle.value(c)
      #expect(regret.values[item] == expected, "item \(item)")
      total += expected
      optimal += abs(oracle.value(c))
    }
    #expect(regret.values.allSatisfy { $0 >= 0 })
    #expect(regret.mean == total / 50)
    #expect(regret.normalized == total / optimal)
  }

  @Test func theTruthHasNone() throws {
    var random = SeededGenerator(seed: 82)
    let truth = try Tensor.random(normal: [20, 3, 5], using: &random)
    let regret = try Assignment().regret(truth, trueCosts: truth)
    #expect(regret.values.allSatisfy { $0 == 0 })
    #expect(regret.normalized == 0 && regret.mean == 0)
  }

  @Test func batchesAddUp() throws {
    let truth = try Tensor([1, 2, 2, 1, 0, 4, 3, 0], shape: [2, 2, 2])
    let predicted = try Tensor([2, 1, 1, 2, 0, 1, 1, 0], shape: [2, 2, 2])
    var regret = Regret()
    #expect(regret.mean == 0 && regret.normalized == 0)
    for item in 0..<2 {
      let range = item * 4..<(item + 1) * 4
      regret.append(
        try Assignment().regret(
          Tensor(Array(predicted.scalars[range]), shape: [2, 2]),
          trueCosts: Tensor(Array(truth.scalars[range]), shape: [2, 2])))
    }
    #expect(regret == (try Assignment().regret(predicted, trueCosts: truth)))
    #expect(regret.values == [2, 0])
    #expect(regret.optimalValues == [2, 0])
    #expect(regret.mean == 1 && regret.normalized == 1)
  }

  /// The prices of unmatched rows and columns belong to the decision.
  @Test func unmatchedCosts() throws {
    var random = SeededGenerator(seed: 83)
    let price = 0.25
    let predicted = try Tensor.multiples([30, 3, 4], using: &random)
    let truth = try Tensor.multiples([30, 3, 4], using: &random)
    let matching = Assignment(unmatchedCost: price)
    let regret = try matching.regret(predicted, trueCosts: truth)
    let decisions = try matching.solve(predicted.scalars, batch: 30, rows: 3, columns: 4)
    for item in 0..<30 {
      let c = truth.item(item, count: 12)
      let columns = decisions[item].columnOfRow
      let matched = columns.enumerated().filter { $0.element >= 0 }
      let paid =
        matched.reduce(0) { $0 + c[$1.offset * 4 + Int($1.element)] }
        + price * Double(7 - 2 * matched.count)
      let least = try #require(
        ExhaustiveAssignment.solve(c, rows: 3, columns: 4, unmatchedCost: price))
      #expect(regret.values[item] == paid - least.value, "item \(item)")
    }
    #expect(regret.values.contains { $0 > 0.01 })
  }

  @Test func aForbiddenDecisionCostsInfinitelyMuch() throws {
    let truth = try Tensor([1, .infinity, 5, 1], shape: [2, 2])
    let predicted = try Tensor([1, 0, 0, 1], shape: [2, 2])
    #expect(try Assignment().regret(predicted, trueCosts: truth).values == [.infinity])
  }

  @Test func shapesThatDoNotFitAreRefused() throws {
    #expect(throws: CombinatorialError.self) {
      try Assignment().regret(Tensor.ones([2, 2]), trueCosts: Tensor.ones([2, 3]))
    }
  }
}
