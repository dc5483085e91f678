import CombinatorialLosses
import TestSupport
import Testing

struct FenchelYoungLossTests {
  private let oracle = EnumeratedAssignment(3)

  /// Common random numbers: the same draws at every point. The seeds keep the draws away from ties by
  /// more than the step, so that the estimate is linear in between.
  @Test func theGradientAgreesWithDifferences() throws {
    var random = SeededGenerator(seed: 101)
    let costs = try Tensor.random(uniform: [3, 3, 3], in: 0...16, using: &random)
    let target = try Tensor((0..<3).flatMap { oracle.matrices[$0] }, shape: [3, 3, 3])
    let perturbed = try Assignment().perturbed(samples: 4, sigma: 4, seed: 102)
    try expectGradient(
      of: { try perturbed.fenchelYoungLoss($0[0], target: target) }, at: [costs], step: 0x1p-10)
  }

  @Test func theGradientIsASubgradient() throws {
    var random = SeededGenerator(seed: 103)
    for trial in 0..<10 {
      let costs = try Tensor.random(normal: [3, 3], using: &random).requiringGradient()
      let target = try Tensor(oracle.matrices[trial % 6], shape: [3, 3])
      let perturbed = try Assignment().perturbed(samples: 6, sigma: 0.5, seed: UInt64(trial))
      let loss = try perturbed.fenchelYoungLoss(costs, target: target)
      let gradient = try loss.gradients(of: [costs])[0]
      #expect(gradient.scalars == (try target - perturbed.solution(costs)).scalars)
      let report = try GradientCheck.directionalDerivatives(
        of: { try perturbed.fenchelYoungLoss($0, target: target) }, at: costs,
        supergradient: gradient,
        along: GradientCheck.randomDirections(6, shape: [3, 3], seed: UInt64(trial)),
        curvature: .convex)
      #expect(report.passes(), "trial \(trial): \(report)")
    }
  }

  /// c.u_target - z_sigma(c), exact for 2 x 2; 20,000 draws, of a standard error of at most
  /// sqrt(2 / 20000) = 0.01.
  @Test func theLossTendsToTheExactOne() throws {
    let exact = TwoByTwo(delta: 0.4, sigma: 1)
    let costs = try Tensor([0.5, 0.3, 0.2, 0.4], shape: [2, 2])
    let perturbed = try Assignment().perturbed(samples: 20_000, sigma: 1, seed: 104)
    for (target, objective) in [([1, 0, 0, 1], 0.9), ([0, 1, 1, 0], 0.5)] as [([Float], Double)] {
      let loss = try perturbed.fenchelYoungLoss(costs, target: Tensor(target, shape: [2, 2]))
      let expected = objective - (0.5 + exact.valueBeyondAntidiagonal)
      expectNear(loss.scalars, [expected], tolerance: 0.03)
    }
  }

  /// The structured perceptron's loss at each draw's costs, found by enumeration: never negative.
  @Test func itIsTheMeanOfPerceptronLosses() throws {
    var random = SeededGenerator(seed: 105)
    let costs = try Tensor.random(normal: [2, 3, 3], using: &random)
    let targets = [oracle.matrices[1], oracle.matrices[5]]
    let perturbed = try Assignment().perturbed(samples: 7, sigma: 2, seed: 106)
    let loss = try perturbed.fenchelYoungLoss(
      costs, target: Tensor(targets.flatMap { $0 }, shape: [2, 3, 3]))
    var generator = SeededGenerator(seed: 106)
    var losses: [[Rounded]] = [[], []]
    for _ in 0..<7 {
      let noise = try Tensor.random(normal: [2, 3, 3], using: &generator)
      for item in 0..<2 {
        let moved = zip(costs.item(item, count: 9), noise.item(item, count: 9)).map {
          Rounded($0) + Rounded(2 * $1)
        }
        func objective(_ matrix: [Float]) -> Rounded {
          .sum(zip(moved, matrix).filter { $0.1 != 0 }.map(\.0))
        }
        let objectives = oracle.matrices.map(objective)
        let least = Rounded(
          objectives.map(\.value).min() ?? 0, error: objectives.map(\.error).max() ?? 0)
        losses[item].append(objective(targets[item]) - least)
      }
    }
    let expected = losses.map { Rounded.sum($0) / Rounded(7.0) }
    #expect(Rounded.excess(loss.scalars, expected) <= 1)
  }

  /// 0 where the target is far cheaper than all else: the conjugate of a vertex is 0.
  @Test func aClearTargetHasNoLoss() throws {
    let target = try Tensor(oracle.matrices[3], shape: [3, 3])
    let costs = target * -100
    let perturbed = try Assignment().perturbed(samples: 50, sigma: 1, seed: 107)
    #expect(try perturbed.fenchelYoungLoss(costs, target: target).item() == 0)
  }

  @Test func badTargetsAreRefused() throws {
    let perturbed = try Assignment().perturbed(samples: 2, sigma: 1, seed: 108)
    #expect(throws: CombinatorialError.self) {
      try perturbed.fenchelYoungLoss(Tensor.ones([2, 2]), target: Tensor.ones([4]))
    }
    let costs = try Tensor([.infinity, 1, 1, 1], shape: [2, 2])
    let expected = SolutionGradientError.notFinite(
      quantity: "the cost of the target", batch: 0, position: 0, value: .infinity)
    #expect(throws: expected) {
      try perturbed.fenchelYoungLoss(costs, target: Tensor([1, 0, 0, 1], shape: [2, 2]))
    }
  }
}
