import CombinatorialLosses
import Testing

/// Every method learns costs under which a given permutation is optimal.
struct LearningTests {
  enum Method: String, CaseIterable {
    case interpolated, identity, projectedIdentity, perturbedSolution, fenchelYoung, spoPlus, hinge
    case perceptron

    /// The loss of the costs; for the approximate gradients, the squared distance of the solutions.
    func loss(_ costs: Tensor, target: Tensor) throws -> Tensor {
      let matching = Assignment()
      func distance(_ solution: Tensor) throws -> Tensor { try (solution - target).pow(2).sum() }
      switch self {
      case .interpolated:
        return try distance(matching.solution(costs, gradient: .interpolated(lambda: 2)))
      case .identity:
        return try distance(matching.solution(costs, gradient: .identity()))
      case .projectedIdentity:
        return try distance(
          matching.solution(costs, gradient: .identity(projection: .zeroMeanUnitNorm)))
      case .perturbedSolution:
        return try distance(matching.perturbed(samples: 100, sigma: 0.5, seed: 1).solution(costs))
      case .fenchelYoung:
        return try matching.perturbed(samples: 10, sigma: 0.5, seed: 1)
          .fenchelYoungLoss(costs, target: target)
      case .spoPlus:
        // True costs of 1 off the target and 0 on it.
        return try matching.spoPlusLoss(costs, trueCosts: 1 - target)
      case .hinge:
        return try matching.structuredHingeLoss(costs, target: target)
      case .perceptron:
        return try matching.structuredPerceptronLoss(costs, target: target)
      }
    }
  }

  @Test(arguments: Method.allCases)
  func aTargetBecomesOptimal(method: Method) throws {
    // Starts where the target is the dearest permutation of all.
    let target = try Tensor([0, 1, 0, 0, 0, 1, 1, 0, 0], shape: [3, 3])
    var costs = try target + Tensor([0.1, 0, -0.1, 0, 0.1, 0, 0, 0, 0.05], shape: [3, 3])
    let first = try method.loss(costs, target: target).item()
    for _ in 0..<100 {
      let leaf = costs.requiringGradient()
      let gradient = try method.loss(leaf, target: target).gradients(of: [leaf])[0]
      costs = try costs - gradient * 0.1
    }
    let last = try method.loss(costs, target: target).item()
    #expect(last < first / 10, "from \(first) to \(last)")
    #expect(try Assignment().optimum(costs).solution.scalars == target.scalars)
  }
}
