import CombinatorialLosses
import Testing

/// A strategy of a user's own.
private struct Negated: SolutionGradient {
  func solution(of problem: some PrimalProblem, costs: Tensor) throws -> Tensor {
    let solution = try problem.optimum(costs).solution
    return Tensor.recorded("negated", inputs: [costs], output: solution) { [-$0] }
  }
}

struct SolutionGradientTests {
  private let scalars: [Float] = [4, 1, 3, 2, 0, 5, 3, 2, 2]

  @Test func everyStrategyFindsTheSolution() throws {
    let costs = try Tensor(scalars + scalars.reversed(), shape: [2, 3, 3]).requiringGradient()
    let matching = Assignment()
    let solutions = [
      try matching.solution(costs, gradient: .none),
      try matching.solution(costs, gradient: .interpolated(lambda: 3)),
      try matching.solution(costs, gradient: .identity()),
      try matching.solution(costs, gradient: .identity(projection: .zeroMeanUnitNorm)),
      try matching.solution(costs, gradient: Negated()),
    ]
    for solution in solutions {
      #expect(solution.shape == [2, 3, 3])
      #expect(solution.scalars == [0, 1, 0, 1, 0, 0, 0, 0, 1] + [1, 0, 0, 0, 0, 1, 0, 1, 0])
    }
    #expect(solutions.map(\.isTracked) == [false, true, true, true, true])
  }

  @Test func aUsersStrategyIsUsed() throws {
    let costs = try Tensor(scalars, shape: [3, 3]).requiringGradient()
    let loss = try (Assignment().solution(costs, gradient: Negated()) * 2).sum()
    #expect(try loss.gradients(of: [costs])[0].scalars == .init(repeating: -2, count: 9))
  }

  @Test func badCostsAreRefusedByTheSolver() throws {
    let costs = try Tensor([1, 2, .nan, 4], shape: [2, 2]).requiringGradient()
    func refused(_ body: () throws -> Tensor) {
      #expect {
        try body()
      } throws: { error in
        let error = error as? CombinatorialError
        guard case .invalidCost(1, 0, let value)? = error?.reason, error?.item == 0 else {
          return false
        }
        return value.isNaN
      }
    }
    let matching = Assignment()
    refused { try matching.solution(costs, gradient: .none) }
    refused { try matching.solution(costs, gradient: .interpolated(lambda: 1)) }
    refused { try matching.solution(costs, gradient: .identity(projection: .unitNorm)) }
    refused { try matching.perturbed(samples: 3, sigma: 1, seed: 1).solution(costs) }
    #expect(throws: CombinatorialError.self) {
      try matching.solution(Tensor.ones([4]), gradient: .identity())
    }
  }

  /// Forward and backward runs of the solver for each of 5 problems.
  @Test func theSolverRunsAsOftenAsDocumented() throws {
    var random = SeededGenerator(seed: 11)
    let costs = try Tensor.random(uniform: [5, 3, 3], using: &random).requiringGradient()
    let truth = try Tensor.random(uniform: [5, 3, 3], using: &random)
    let known = try Assignment().optimum(truth)
    let problem = Counted(base: Assignment())
    let perturbed = try problem.perturbed(samples: 7, sigma: 1, seed: 2)
    let cases: [(name: String, forward: Int, backward: Int, loss: () throws -> Tensor)] = [
      ("none", 1, 0, { try costs * problem.solution(costs, gradient: .none) }),
      ("interpolated", 1, 1, { try problem.solution(costs, gradient: .interpolated(lambda: 1)) }),
      ("identity", 1, 0, { try problem.solution(costs, gradient: .identity()) }),
      ("perturbed solution", 7, 0, { try perturbed.solution(costs) }),
      ("perturbed value", 7, 0, { try perturbed.optimalValue(costs) }),
      (
        "Fenchel-Young", 7, 0,
        { try perturbed.fenchelYoungLoss(costs, target: known.solution) }
      ),
      ("SPO+", 2, 0, { try problem.spoPlusLoss(costs, trueCosts: truth) }),
      (
        "SPO+, optimum known", 1, 0,
        { try problem.spoPlusLoss(costs, trueCosts: truth, trueOptimum: known) }
      ),
      ("hinge", 1, 0, { try problem.structuredHingeLoss(costs, target: known.solution) }),
      ("perceptron", 1, 0, { try problem.structuredPerceptronLoss(costs, target: known.solution) }),
    ]
    for (name, forward, backward, loss) in cases {
      let value = try loss().sum()
      #expect(problem.counter.take() == 5 * forward, "\(name), forward")
      _ = try value.gradients(of: [costs])
      #expect(problem.counter.take() == 5 * backward, "\(name), backward")
    }
    _ = try problem.regret(costs, trueCosts: truth)
    #expect(problem.counter.take() == 10)
    _ = try problem.regret(costs, trueCosts: truth, trueOptimum: known)
    #expect(problem.counter.take() == 5)
  }

  /// What a diverging loss sends backwards must not reach a solver.
  @Test(arguments: [Float.nan, .infinity])
  func aCotangentThatIsNotFiniteIsRefused(bad: Float) throws {
    let problem = Counted(base: Assignment())
    let costs = try Tensor([1, 2, 3, 4, 4, 3, 2, 1], shape: [2, 2, 2]).requiringGradient()
    let solutions = [
      try problem.solution(costs, gradient: .interpolated(lambda: 1)),
      try problem.solution(costs, gradient: .identity(projection: .unitNorm)),
      try problem.perturbed(samples: 2, sigma: 1, seed: 3).solution(costs),
    ]
    _ = problem.counter.take()
    let cotangent = try Tensor([0, 0, 0, 0, 0, 0, bad, 0], shape: [2, 2, 2])
    for solution in solutions {
      #expect {
        try solution.gradients(of: [costs], cotangent: cotangent)
      } throws: { error in
        guard case .pullbackFailed(_, let reason)? = error as? TensorError else { return false }
        return reason.hasPrefix("the cotangent at position 2 of batch item 1 is \(bad)")
      }
    }
    #expect(problem.counter.take() == 0)
  }

  @Test func forbiddenCostsGetNoGradient() throws {
    let costs = try Tensor([1, 2, .infinity, 2, 1, 4, 3, .infinity, 1], shape: [3, 3])
      .requiringGradient()
    let cotangent = try Tensor([3, -1, 2, -4, 2, 1, -3, 5, 2], shape: [3, 3])
    var solutions = [
      try Assignment().solution(costs, gradient: .interpolated(lambda: 2)),
      try Assignment().perturbed(samples: 50, sigma: 1, seed: 4).solution(costs),
    ]
    for projection in CostProjection.allCases {
      solutions.append(
        try Assignment().solution(costs, gradient: .identity(projection: projection)))
    }
    for solution in solutions {
      let gradient = try solution.gradients(of: [costs], cotangent: cotangent)[0].scalars
      #expect(gradient[2] == 0 && gradient[7] == 0, "\(gradient)")
      #expect(gradient.allSatisfy(\.isFinite) && gradient.contains { $0 != 0 }, "\(gradient)")
    }
  }

  /// Bits, not digits: threads may change nothing.
  @Test func resultsDoNotDependOnTheThreads() throws {
    var random = SeededGenerator(seed: 12)
    let costs = try Tensor.random(normal: [37, 4, 4], using: &random).requiringGradient()
    let cotangent = try Tensor.random(normal: [37, 4, 4], using: &random)
    let perturbed = try Assignment().perturbed(samples: 9, sigma: 0.5, seed: 5)
    func results() throws -> [[Float]] {
      let solutions = [
        try Assignment().solution(costs, gradient: .interpolated(lambda: 1)),
        try perturbed.solution(costs),
      ]
      let loss = try perturbed.fenchelYoungLoss(costs, target: solutions[0])
      let gradients = try solutions.map {
        try $0.gradients(of: [costs], cotangent: cotangent)[0].scalars
      }
      return solutions.map(\.scalars) + gradients + [loss.scalars]
    }
    let alone = try withMaxThreads(1) { try results() }
    for threads in [2, 3, 8] {
      #expect(try withMaxThreads(threads) { try results() } == alone)
    }
  }

  @Test func emptyBatchesHaveNoSolutions() throws {
    let costs = try Tensor.zeros([0, 3, 3]).requiringGradient()
    let perturbed = try Assignment().perturbed(samples: 2, sigma: 1, seed: 6)
    let solutions = [
      try Assignment().solution(costs, gradient: .interpolated(lambda: 2)),
      try Assignment().solution(costs, gradient: .identity(projection: .zeroMeanUnitNorm)),
      try perturbed.solution(costs),
    ]
    for solution in solutions {
      #expect(try solution.sum().gradients(of: [costs])[0].shape == [0, 3, 3])
    }
    #expect(try perturbed.fenchelYoungLoss(costs, target: solutions[0]).shape == [0])
    #expect(try Assignment().spoPlusLoss(costs, trueCosts: costs).shape == [0])
    #expect(try Assignment().regret(costs, trueCosts: costs).normalized == 0)
  }
}
