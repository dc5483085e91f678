import CombinatorialLosses
import TestSupport
import Testing

struct KnapsackLossTests {
  private static let problem = Knapsack(weights: [3, 4, 5, 2, 1, 4], capacity: 9)

  @Test(arguments: [[], [3]])
  func gradientAgreesWithDifferences(batch: [Int]) throws {
    var random = SeededGenerator(seed: 91)
    // The seed keeps the optimum away from ties by more than the step.
    let costs = try Tensor.random(uniform: batch + [6], in: -16...2, using: &random)
    try expectGradient(
      of: { try Self.problem.optimalValue($0[0]) }, at: [costs], step: 0x1p-8)
    let most = try GradientCheck.centralDifferences(
      of: { try Self.problem.maximum.optimalValue($0[0]) }, at: [-costs], step: 0x1p-8)
    #expect(most.passes(), "\(most)")
  }

  @Test func atTiesTheSolutionIsASupergradient() throws {
    var random = SeededRandom(seed: 92)
    for trial in 0..<20 {
      let scalars = (0..<6).map { _ in Float(Int.random(in: -2...0, using: &random)) }
      let costs = try Tensor(scalars, shape: [6]).requiringGradient()
      try expectSupergradient(of: { try Self.problem.optimalValue($0) }, at: costs, seed: trial)
    }
  }

  @Test func answersDoNotContradictEachOther() throws {
    var random = SeededGenerator(seed: 93)
    let costs = try Tensor.random(uniform: [6], in: -9...1, using: &random)
    let check = try Self.problem.check(costs)
    #expect(check.faults.isEmpty && check.smoothDirections > 0, "\(check)")
  }

  /// Losses of solutions are 0 at the target's own costs, and not below it elsewhere.
  @Test func lossesOfSolutions() throws {
    var random = SeededGenerator(seed: 94)
    let truth = try Tensor.random(uniform: [4, 6], in: -9...1, using: &random)
    let costs = try Tensor.random(uniform: [4, 6], in: -9...1, using: &random).requiringGradient()
    let (problem, target) = (Self.problem, try Self.problem.optimum(truth).solution)
    #expect(
      try problem.structuredPerceptronLoss(truth, target: target).scalars.allSatisfy {
        abs($0) < 1e-5
      })
    let loss = try problem.structuredPerceptronLoss(costs, target: target)
    let own = try problem.optimum(costs).solution
    #expect(loss.scalars.allSatisfy { $0 >= 0 } && loss.scalars.contains { $0 > 1 })
    #expect(
      try loss.sum().gradients(of: [costs])[0].scalars
        == zip(target.scalars, own.scalars).map { $0 - $1 })
    let plus = try problem.spoPlusLoss(costs, trueCosts: truth)
    let regret = try problem.regret(costs, trueCosts: truth).values
    #expect(zip(plus.scalars, regret).allSatisfy { Double($0) >= $1 - 1e-5 && $1 > -1e-5 })
    #expect(regret.contains { $0 > 1 })
  }

  @Test func errorsNameTheItemOfTheBatch() throws {
    var scalars = [Float](repeating: -1, count: 18)
    scalars[14] = -.infinity
    let costs = try Tensor(scalars, shape: [3, 6])
    let reason = CombinatorialError.Reason.invalidCostAt(position: 2, value: -.infinity)
    #expect(throws: CombinatorialError(reason, item: 2)) { try Self.problem.optimalValue(costs) }
  }
}
