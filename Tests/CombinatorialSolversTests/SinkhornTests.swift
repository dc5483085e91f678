import CombinatorialSolvers
import TestSupport
import Testing

struct SinkhornTests {
  private func problem(_ rows: Int, _ columns: Int) -> (
    costs: [Double], supply: [Double], demand: [Double]
  ) {
    var random = SeededRandom(seed: 41)
    let costs = AssignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
    let masses = TransportCase.masses(rows: rows, columns: columns, equal: false, using: &random)
    return (costs, masses.supply, masses.demand)
  }

  /// The value lies between z* and z* + t total log min(rows, columns), and tends to z*.
  @Test func tendsToTheExactValue() throws {
    let (costs, supply, demand) = problem(8, 13)
    let exact = try Transport().solve(costs, supply: supply, demand: demand).value
    let total = supply.reduce(0, +)
    for temperature in [1, 0.1, 0.01, 0.003] {
      let solution = try Sinkhorn(temperature: temperature, tolerance: 1e-8, maxIterations: 200_000)
        .solve(costs, supply: supply, demand: demand)
      #expect(solution.value >= exact - 1e-6 * total)
      #expect(solution.value <= exact + temperature * total * 2.08)
      #expect(solution.transportCost >= exact - 1e-6 * total)
      #expect(solution.marginalError <= 1e-8)
    }
  }

  @Test func thePlanHasTheMarginals() throws {
    let (costs, supply, demand) = problem(5, 9)
    let solution = try Sinkhorn(temperature: 0.05, tolerance: 1e-9, maxIterations: 100_000).solve(
      costs, supply: supply, demand: demand)
    let total = supply.reduce(0, +)
    for row in 0..<5 {
      let sum = solution.plan[row * 9..<(row + 1) * 9].reduce(0, +)
      #expect(abs(sum - supply[row]) <= 1e-9 * total)
    }
    for column in 0..<9 {
      let sum = (0..<5).reduce(0.0) { $0 + solution.plan[$1 * 9 + column] }
      #expect(abs(sum - demand[column]) <= 1e-8 * total)
    }
    for cell in costs.indices where supply[cell / 9] > 0 && demand[cell % 9] > 0 {
      #expect(solution.plan[cell] > 0)
    }
  }

  @Test func whatCannotBeSolvedIsNamed() throws {
    let (costs, supply, demand) = problem(8, 13)
    #expect(throws: CombinatorialError.self) {
      try Sinkhorn(temperature: 0).solve(costs, supply: supply, demand: demand)
    }
    do throws(CombinatorialError) {
      _ = try Sinkhorn(temperature: 0.01, tolerance: 1e-300, maxIterations: 1).solve(
        costs, supply: supply, demand: demand)
      Issue.record("converged")
    } catch {
      guard case .notConverged(0, 1, _, 1e-300) = error else {
        Issue.record("\(error)")
        return
      }
    }
    let inf = Double.infinity
    #expect(throws: CombinatorialError.infeasible(batch: 0)) {
      try Sinkhorn(temperature: 1).solve([inf, inf, 1, 1], supply: [1, 1], demand: [1, 1])
    }
    #expect(try Sinkhorn(temperature: 1).solve([1, 2], supply: [0], demand: [0, 0]).value == 0)
  }
}
