import CombinatorialLosses
import TestSupport
import Testing

/// A user's own black box: the cheapest `count` of a list of items, found by trying every subset.
private struct CheapestItems: PrimalProblem {
  let count: Int
  let costRank = 1

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let costs = costs.scalars.map(Double.init)
    var best: (value: Double, chosen: [Int])?
    for subset in 0..<(1 << costs.count) where subset.nonzeroBitCount == count {
      let chosen = costs.indices.filter { subset >> $0 & 1 == 1 }
      let value = chosen.reduce(0) { $0 + costs[$1] }
      if value < best?.value ?? .infinity { best = (value, chosen) }
    }
    guard let best else { throw CombinatorialError(.infeasible, item: 0) }
    return PrimalSolution(value: best.value, chosen: best.chosen)
  }
}

/// Returns what it is told to, to see what the package makes of it.
private struct Scripted: PrimalProblem {
  let costRank = 1
  let solution: PrimalSolution.Solution

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let costs = costs.scalars
    let terms: [Float] =
      switch solution {
      case .dense(let entries): zip(costs, entries).map { $0 * $1 }
      // Positions that are none are what the test is about.
      case .sparse(let positions, let entries):
        zip(positions, entries).map { costs.indices.contains($0) ? costs[$0] * $1 : 0 }
      }
    return PrimalSolution(value: Double(terms.reduce(0, +)), solution: solution)
  }
}

/// Refuses costs whose first entry is negative, naming it.
private struct Refusing: PrimalProblem {
  struct Refusal: Error, Equatable { let cost: Float }
  let costRank = 1

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let first = costs.scalars[0]
    if first < 0 { throw Refusal(cost: first) }
    return PrimalSolution(value: Double(first), chosen: [0])
  }
}

struct PrimalProblemTests {
  @Test func aUsersSolverIsADifferentiableLoss() throws {
    let costs = try Tensor([3, 1, 2, 5, 4], shape: [5]).requiringGradient()
    let value = try CheapestItems(count: 2).optimalValue(costs)
    #expect(value.shape == [])
    #expect(try value.item() == 3)
    #expect(try value.gradients(of: [costs])[0].scalars == [0, 1, 1, 0, 0])
  }

  /// -z, 3z, a weighted sum over the batch, and a nonlinear h(z).
  @Test func incomingGradientsAreHonored() throws {
    let costs = try Tensor([3, 1, 2, 5, 4, 6], shape: [2, 3]).requiringGradient()
    let value = try CheapestItems(count: 1).optimalValue(costs)
    #expect(value.shape == [2])
    #expect(value.scalars == [1, 4])
    let weights = try Tensor([2, -3], shape: [2])
    let losses: [(Tensor, [Float])] = [
      ((-value).sum(), [0, -1, 0, 0, -1, 0]),
      ((value * 3).sum(), [0, 3, 0, 0, 3, 0]),
      (try (value * weights).sum(), [0, 2, 0, 0, -3, 0]),
      (try (value * value).sum(), [0, 2, 0, 0, 8, 0]),
      (value.mean(), [0, 0.5, 0, 0, 0.5, 0]),
    ]
    for (loss, expected) in losses {
      #expect(try loss.gradients(of: [costs])[0].scalars == expected)
    }
  }

  @Test func gradientAgreesWithDifferences() throws {
    var random = SeededGenerator(seed: 31)
    let costs = try Tensor.random(uniform: [4, 6], in: 0...8, using: &random)
    try expectGradient(
      of: { try CheapestItems(count: 3).optimalValue($0[0]) }, at: [costs])
  }

  /// Ties: any optimal subset is a supergradient of the concave z*.
  @Test func atTiesTheSolutionIsASupergradient() throws {
    var random = SeededGenerator(seed: 32)
    let problem = CheapestItems(count: 2)
    for _ in 0..<20 {
      let scalars = (0..<5).map { _ in Float(Int.random(in: 0...1, using: &random)) }
      let costs = try Tensor(scalars, shape: [5]).requiringGradient()
      let gradient = try problem.optimalValue(costs).gradients(of: [costs])[0]
      let report = try GradientCheck.directionalDerivatives(
        of: { try problem.optimalValue($0) }, at: costs, supergradient: gradient,
        along: GradientCheck.randomDirections(8, shape: [5], seed: 33), curvature: .concave)
      #expect(report.passes(), "\(report)")
    }
  }

  @Test func denseAndSparseSolutionsGiveTheSameGradient() throws {
    let forms: [PrimalSolution.Solution] = [
      .dense([0, 1.5, 0, 1]), .sparse(positions: [1, 3], entries: [1.5, 1]),
      .sparse(positions: [3, 1, 1], entries: [1, 1, 0.5]),
    ]
    for form in forms {
      let costs = try Tensor.zeros([2, 4]).requiringGradient()
      let value = try Scripted(solution: form).optimalValue(costs)
      let gradient = try (value * Tensor([1, 2], shape: [2])).sum().gradients(of: [costs])[0]
      #expect(gradient.scalars == [0, 1.5, 0, 1, 0, 3, 0, 2])
    }
  }

  @Test func theFirstRefusalOfABatchIsRethrown() throws {
    let costs = try Tensor((0..<200).map { $0 % 7 == 5 ? Float(-$0) : 1 }, shape: [200, 1])
    #expect(throws: Refusing.Refusal(cost: -5)) { try Refusing().optimalValue(costs) }
  }

  @Test(arguments: [
    PrimalSolution.Solution.dense([1, 2]),
    .sparse(positions: [4], entries: [1]),
    .sparse(positions: [-1], entries: [1]),
    .sparse(positions: [0, 1], entries: [1]),
  ])
  func aSolutionThatDoesNotFitIsRefused(solution: PrimalSolution.Solution) throws {
    let costs = try Tensor.zeros([4])
    #expect(throws: CombinatorialError.self) {
      try Scripted(solution: solution).optimalValue(costs)
    }
  }

  @Test func costsOfTheWrongRankAreRefused() throws {
    let expected = CombinatorialError.shapeMismatch(
      expected: "costs of rank 1, or 2 with a batch axis first", found: "shape [1, 2, 3]")
    #expect(throws: expected) {
      try CheapestItems(count: 1).optimalValue(Tensor.zeros([1, 2, 3]))
    }
    #expect(throws: CombinatorialError.self) {
      try CheapestItems(count: 1).optimalValue(Tensor(1))
    }
  }

  @Test func anEmptyBatchHasNoValues() throws {
    let costs = try Tensor.zeros([0, 3]).requiringGradient()
    let value = try CheapestItems(count: 1).optimalValue(costs)
    #expect(value.shape == [0])
    #expect(try value.sum().gradients(of: [costs])[0].shape == [0, 3])
  }
}
