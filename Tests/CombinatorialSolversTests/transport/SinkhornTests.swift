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
    #expect(
      throws: CombinatorialError(
        .invalidOption("temperature", value: 0, expected: "a number greater than 0"))
    ) {
      try Sinkhorn(temperature: 0).solve(costs, supply: supply, demand: demand)
    }
    do throws(CombinatorialError) {
      _ = try Sinkhorn(temperature: 0.01, tolerance: 1e-300, maxIterations: 1).solve(
        costs, supply: supply, demand: demand)
      Issue.record("converged")
    } catch {
      guard case .notConverged(1, _, 1e-300) = error.reason, error.item == 0 else {
        Issue.record("\(error)")
        return
      }
    }
    let inf = Double.infinity
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try Sinkhorn(temperature: 1).solve([inf, inf, 1, 1], supply: [1, 1], demand: [1, 1])
    }
    #expect(try Sinkhorn(temperature: 1).solve([1, 2], supply: [0], demand: [0, 0]).value == 0)
  }

  /// Twelve rows and columns at t = 0.001 took more than 10,000 updates in turn.
  @Test(arguments: [1e-3, 3e-4, 1e-4, 1e-6, 1e-8])
  func lowTemperaturesConverge(temperature: Double) throws {
    for seed in 0..<5 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let costs = AssignmentFamily.uniform.costs(rows: 12, columns: 12, using: &random)
      let supply = (0..<12).map { _ in Double.random(in: 0.1...1, using: &random) }
      let demand = (0..<12).map { supply[($0 * 5) % 12] }
      let solution = try Sinkhorn(temperature: temperature).solve(
        costs, supply: supply, demand: demand)
      try expectMarginals(solution, supply, demand, 1e-6)
      let exact = try Transport().solve(costs, supply: supply, demand: demand).value
      #expect(solution.value >= exact - 1e-5 && solution.value <= exact + temperature * 20 + 1e-5)
      #expect(solution.iterations < 450)
    }
  }

  private func expectMarginals(
    _ solution: SinkhornSolution, _ supply: [Double], _ demand: [Double], _ tolerance: Double
  ) throws {
    let total = supply.reduce(0, +)
    var error = 0.0
    for row in supply.indices {
      let start = row * demand.count
      error += abs(solution.plan[start..<start + demand.count].reduce(0, +) - supply[row])
    }
    for column in demand.indices {
      let sum = supply.indices.reduce(0.0) { $0 + solution.plan[$1 * demand.count + column] }
      error += abs(sum - demand[column])
    }
    #expect(error <= tolerance * total * (1 + 1e-6))
    #expect(solution.marginalError <= tolerance)
  }

  /// Scaling costs and temperature by a power of two scales the value; adding a constant adds it.
  @Test(arguments: [-900, -300, 300, 1000])
  func magnitudesDoNotMatter(exponent: Int) throws {
    let (costs, supply, demand) = problem(5, 7)
    let plain = try Sinkhorn(temperature: 0.1).solve(costs, supply: supply, demand: demand)
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    let scaled = try Sinkhorn(temperature: 0.1 * factor).solve(
      costs.map { $0 * factor }, supply: supply, demand: demand)
    #expect(abs(scaled.value / factor - plain.value) <= 1e-5 * abs(plain.value))
    try expectMarginals(scaled, supply, demand, 1e-6)
  }

  @Test(arguments: [1e-300, 1e-18, 1e-16, 1e-12])
  func temperaturesThatDoublesCannotTellAreRefused(temperature: Double) {
    let (costs, supply, demand) = problem(8, 13)
    #expect {
      try Sinkhorn(temperature: temperature).solve(costs, supply: supply, demand: demand)
    } throws: { error in
      let error = error as? CombinatorialError
      if case .invalidOption("temperature", temperature, _)? = error?.reason { return true }
      return false
    }
  }

  /// The plan tends to independent masses, the value to the cost of that.
  @Test(arguments: [1e6, 1e12, 1e15, 1e100, 1e300])
  func highTemperaturesTendToIndependence(temperature: Double) throws {
    let (costs, supply, demand) = problem(8, 13)
    let total = supply.reduce(0, +)
    let solution = try Sinkhorn(temperature: temperature).solve(
      costs, supply: supply, demand: demand)
    var expected = 0.0
    for cell in costs.indices {
      expected += costs[cell] * supply[cell / 13] * demand[cell % 13] / total
    }
    #expect(abs(solution.value - expected) <= (1 / temperature + 1e-12) * total)
    #expect(abs(solution.transportCost - expected) <= (2 / temperature + 1e-12) * total)
    try expectMarginals(solution, supply, demand, 1e-6)
  }

  /// A cost in the unit of the temperature, times a small total, was 0 before it was scaled back.
  @Test func smallTotalsLoseNoCosts() throws {
    let solution = try Sinkhorn(temperature: 1e210).solve(
      [-1e17, -0.5, .infinity], supply: [4e-185], demand: [0, 4e-185, 0])
    #expect(abs(solution.transportCost) <= 1e17 * 0x1p-50 * 4e-185)
    #expect(abs(solution.value) <= 1e17 * 0x1p-50 * 4e-185)
  }

  /// Beside a forbidden pair costs are measured in the temperature, where these vanish.
  @Test func highTemperaturesLoseNoCosts() throws {
    let solution = try Sinkhorn(temperature: 1e211).solve(
      [.infinity, 0, 3e-249], supply: [0, 1.5, 0.5], demand: [2])
    #expect(abs(solution.transportCost - 1.5e-249) <= 1e-6 * 1.5e-249)
  }

  /// A quarter of such costs is 0.
  @Test func leastDoublesAreCosts() throws {
    let least = Double.leastNonzeroMagnitude
    let solution = try Sinkhorn(temperature: least).solve(
      [least, -least, 0], supply: [0.25, 0.75, 0], demand: [1])
    #expect(solution.plan == [0.25, 0.75, 0])
    #expect(abs(solution.transportCost) <= 2 * least)
  }

  @Test func costsNearTheLargestDoubleReturn() throws {
    let large = 1.7e308
    let solution = try Sinkhorn(temperature: 1e307).solve(
      [large, -large, -large, large], supply: [0.25, 0.25], demand: [0.25, 0.25])
    #expect(abs(solution.transportCost + large / 2) <= 1e-6 * large)
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try Sinkhorn(temperature: 1e307).solve(
        [large, -large, -large, large], supply: [1, 1], demand: [1, 1])
    }
    let equal = try Sinkhorn(temperature: 1e200).solve([5, 5], supply: [2], demand: [1, 1])
    #expect(equal.value == 10 && equal.plan == [1, 1])
  }
}
