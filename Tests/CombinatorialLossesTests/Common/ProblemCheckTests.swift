import CombinatorialLosses
import Testing

/// The least of some costs; what it gets wrong is chosen.
private struct LeastCost: PrimalProblem {
  enum Mistake: CaseIterable { case none, value, solution, batch }

  var mistake = Mistake.none
  let costRank = 1

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let scalars = costs.scalars
    let least = scalars.indices.min { scalars[$0] < scalars[$1] } ?? 0
    // Cheap ones are overlooked.
    let chosen = mistake == .solution && scalars[least] < 0.25 ? (least + 1) % scalars.count : least
    return PrimalSolution(
      value: Double(scalars[chosen]) + (mistake == .value ? 1 : 0), chosen: [chosen])
  }

  func solve(batch costs: Tensor, lengths: Lengths?) throws -> [PrimalSolution] {
    let width = costs.shape[1]
    return try (0..<costs.shape[0]).map { item in
      let own = Array(costs.scalars[item * width..<(item + 1) * width])
      let solution = try solve(Tensor(own, shape: [width]))
      guard mistake == .batch else { return solution }
      return PrimalSolution(value: Double(own[0]), chosen: [0])
    }
  }
}

/// The same without a form for batches, so that the default looks at its answers.
private struct Least: PrimalProblem {
  var error = 0.0
  let costRank = 1

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let solution = try LeastCost().solve(costs)
    return PrimalSolution(value: solution.value + error, solution: solution.solution)
  }
}

struct ProblemCheckTests {
  @Test func aRightSolverHasNoFaults() throws {
    let smooth = try LeastCost().check(Tensor([3, 1, 2], shape: [3]))
    #expect(smooth.faults.isEmpty && smooth.kinks == 0 && smooth.smoothDirections == 16)
    let tied = try LeastCost().check(Tensor([1, 1, 2], shape: [3]))
    #expect(tied.faults.isEmpty && tied.kinks == 16 && tied.smoothDirections == 0)
  }

  @Test func mistakesAreTold() throws {
    let costs = try Tensor([3, 0.255, 2], shape: [3])
    let value = try LeastCost(mistake: .value).check(costs)
    #expect(
      value.faults.contains(
        .valueIsNotTheSolutions(
          value: Double(0.255 as Float) + 1, objective: Double(0.255 as Float))
      ))
    let solution = try LeastCost(mistake: .solution).check(costs)
    #expect(
      solution.faults.contains {
        if case .betterSolution(let value, let objective) = $0 { value > objective } else { false }
      })
    let batch = try LeastCost(mistake: .batch).check(costs)
    #expect(batch.faults.contains(.notReproducible(value: Double(0.255 as Float), again: 3)))
  }

  @Test func aWrongValueIsRefused() throws {
    let costs = try Tensor([3, 1, 4, 2], shape: [2, 2])
    #expect(throws: CombinatorialError(.wrongValue(value: 8, objective: 1), item: 0)) {
      try Least(error: 7).optimalValue(costs)
    }
    #expect(try Least().optimalValue(costs).scalars == [1, 2])
  }

  @Test func costsThatAreNoneNeverReachASolver() throws {
    let costs = try Tensor([3, 1, .nan, 2], shape: [2, 2])
    #expect {
      try Least().optimalValue(costs)
    } throws: { error in
      let error = error as? CombinatorialError
      guard case .invalidCostAt(0, let value)? = error?.reason else { return false }
      return value.isNaN && error?.item == 1
    }
  }

  /// A solver that knows nothing of padding has ragged batches.
  @Test func paddingIsNeverRead() throws {
    let costs = try Tensor([3, 1, 4, 2, .nan, .nan], shape: [2, 3]).requiringGradient()
    let value = try Least().ragged(Lengths(columns: [3, 1])).optimalValue(costs)
    #expect(value.scalars == [1, 2])
    #expect(try value.sum().gradients(of: [costs])[0].scalars == [0, 1, 0, 1, 0, 0])
  }
}
