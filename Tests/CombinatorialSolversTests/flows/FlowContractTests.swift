import CombinatorialSolvers
import TestSupport
import Testing

struct FlowContractTests {
  private static let arcs = (0..<6).flatMap { tail in
    [1, 2, 4].map { (tail: tail, head: (tail + $0) % 6) }
  }

  private static func numbers(_ count: Int, from least: Int, seed: UInt64) -> [[Double]] {
    var random = SeededRandom(seed: seed)
    return (0..<7).map { _ in
      (0..<count).map { _ in Double(Int.random(in: least...80, using: &random)) / 8 }
    }
  }

  @Test func maximumFlowsKeepThePromisesOfAll() throws {
    let problem = MaximumFlow(try DirectedGraph(nodeCount: 6, arcs: Self.arcs), from: 0, to: 3)
    try expectContract(problem, Self.numbers(Self.arcs.count, from: 8, seed: 81))
  }

  @Test(arguments: GridNeighbors.allCases)
  func gridCutsKeepThePromisesOfAll(neighbors: GridNeighbors) throws {
    let problem = GridCut(neighbors: neighbors)
    let costs = Self.numbers(problem.channels * 12, from: 8, seed: 82)
    try expectContract(problem, costs, rows: 3, columns: 4)
  }

  @Test func minimumCostFlowsKeepThePromisesOfAll() throws {
    let problem = MinimumCostFlow(
      try DirectedGraph(nodeCount: 6, arcs: Self.arcs), supplies: [2, 1, 0, -2.5, 0.5, -1],
      capacities: .init(repeating: 1.25, count: Self.arcs.count))
    try expectContract(problem, Self.numbers(Self.arcs.count, from: -40, seed: 83))
  }

  @Test func literalsAreCosts() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
    #expect(try MaximumFlow(graph, from: 0, to: 2).solve([2, 1, 4]).value == 5)
    #expect(try GridCut().solve([3, 1, 1, 1, 1, 1], rows: 1, columns: 1).value == 1)
    let flow = MinimumCostFlow(graph, supplies: [2, 0, -2], capacities: [2, 2, 1])
    #expect(try flow.solve([1, 1, 1]).value == 3)
    #expect(try flow.solve(costs: [1, 1, 1], supplies: [1, 0, -1]).flows == [0, 0, 1])
    #expect(try flow.maximum.solve([1, 1, 1]).value == 4)
    #expect(try MinimumCostFlow(graph).solve([1, 1, 1]).value == 0)
  }

  /// Costs, supplies and capacities of every problem of a batch, in either type.
  @Test func batchesOfNetworksAreLoops() throws {
    let graph = try DirectedGraph(nodeCount: 6, arcs: Self.arcs)
    let costs = Self.numbers(Self.arcs.count, from: -40, seed: 84)
    let capacities = Self.numbers(Self.arcs.count, from: 24, seed: 85)
    let supplies = Self.numbers(6, from: 8, seed: 86).map { masses in
      let half = masses.prefix(3).map { $0 / 8 }
      return half + half.reversed().map { -$0 }
    }
    let all = (costs.flatMap { $0 }, supplies.flatMap { $0 }, capacities.flatMap { $0 })
    for threads in [1, 2] {
      let problem = MinimumCostFlow(graph, maxThreads: threads)
      let solutions = try problem.solve(
        costs: all.0, supplies: all.1, capacities: all.2, batch: costs.count)
      let floats = try problem.solve(
        costs: all.0.map { Float($0) }, supplies: all.1.map { Float($0) },
        capacities: all.2.map { Float($0) }, batch: costs.count)
      let (values, gradient) = try problem.valuesAndGradient(
        costs: all.0, supplies: all.1, capacities: all.2, batch: costs.count)
      #expect(values == solutions.values && floats.values == values)
      #expect(gradient.costs == solutions.flows && floats.flows == solutions.flows)
      #expect(gradient.supplies == solutions.potentials)
      #expect(gradient.capacities == solutions.capacityPrices)
      for item in costs.indices {
        let alone = try problem.solve(
          costs: costs[item], supplies: supplies[item], capacities: capacities[item])
        #expect(solutions[item] == alone && alone.dualityGap <= 1e-12 * abs(alone.value))
        let one = try problem.valueAndGradient(
          costs: costs[item], supplies: supplies[item], capacities: capacities[item])
        #expect(one.value == alone.value && one.gradient.costs == alone.gradient)
      }
    }
  }

  /// A flow that is none of the best, with prices that do not show it on the arcs of negative cost alone.
  @Test func gapsCountWhatCyclesWithoutALimitOfTheirOwnCanCarry() throws {
    let circle = try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (1, 0)])
    let problem = MinimumCostFlow(circle, capacities: [.infinity, 10])
    var solutions = try problem.solve([-1, 0.5], batch: 1)
    #expect(solutions.values == [-5] && solutions[0].dualityGap == 0)
    solutions.values = [0]
    solutions.flows = [0, 0]
    solutions.prices = [0, 0]
    #expect(solutions[0].dualityGap >= 5 && solutions[0].infeasibility == 0)
  }

  /// What is wrong with an item counts before what is wrong with later ones.
  @Test func theFirstRefusedNetworkIsNamed() throws {
    let graph = try DirectedGraph(nodeCount: 2, arcs: [(0, 1)])
    let problem = MinimumCostFlow(graph)
    #expect(throws: CombinatorialError(.infeasible, item: 1)) {
      try problem.solve(
        costs: [1, .infinity, .nan] as [Double], supplies: [1, -1, 1, -1, 1, -1], batch: 3)
    }
    #expect(throws: CombinatorialError(.unbalanced(supply: 2, demand: 1), item: 1)) {
      try problem.solve(costs: [1, 1, 1], supplies: [1, -1, 2, -1, 1, -1], batch: 3)
    }
    #expect(throws: CombinatorialError(.invalidCapacity(position: 0, value: -1), item: 2)) {
      try problem.solve(
        costs: [1, 1, 1], supplies: [1, -1, 1, -1, 1, -1], capacities: [1, 1, -1], batch: 3)
    }
    #expect(throws: CombinatorialError.shapeMismatch(expected: "6 supplies", found: "2")) {
      try problem.solve(costs: [1, 1, 1], supplies: [1, -1], batch: 3)
    }
  }
}
