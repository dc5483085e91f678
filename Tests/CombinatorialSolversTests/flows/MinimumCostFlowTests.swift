import CombinatorialSolvers
import TestSupport
import Testing

struct MinimumCostFlowTests {
  @Test func sendsFlowTheCheapWayUpToItsCapacity() throws {
    let network = MinimumCostFlow(
      try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)]))
    let solution = try network.solve(
      costs: [1, 1, 5], supplies: [4, 0, -4], capacities: [3, .infinity, .infinity])
    #expect(solution.flows == [3, 3, 1])
    #expect(solution.value == 3 * 2 + 5)
    #expect(solution.capacityPrices == [-3, 0, 0])
    #expect(solution.dualityGap == 0)
  }

  @Test func randomNetworksAreProvenOptimal() throws {
    var random = SeededRandom(seed: 52)
    for trial in 0..<200 {
      // The mean of a power of two of whole numbers is exact.
      let nodes = 1 << Int.random(in: 1...5, using: &random)
      let extra = Int.random(in: 0...80, using: &random)
      let ends = (0..<extra).map { _ in
        (Int.random(in: 0..<nodes, using: &random), Int.random(in: 0..<nodes, using: &random))
      }
      let ring = (0..<nodes).map { ($0, ($0 + 1) % nodes) }
      let arcs = ends + ring
      let costs = arcs.indices.map { _ in Double(Int.random(in: -2...9, using: &random)) }
      let capacities = arcs.indices.map { arc in
        arc < extra ? Double(Int.random(in: 0...6, using: &random)) : 100
      }
      var supplies = (0..<nodes).map { _ in Double(Int.random(in: -3...3, using: &random)) }
      supplies[0] -= supplies.reduce(0, +)
      let network = MinimumCostFlow(
        try DirectedGraph(nodeCount: nodes, arcs: arcs.map { (tail: $0.0, head: $0.1) }))
      let solution = try network.solve(costs: costs, supplies: supplies, capacities: capacities)
      #expect(solution.dualityGap == 0, "trial \(trial)")
      var balance = supplies
      for (arc, flow) in solution.flows.enumerated() {
        #expect(flow >= 0 && flow <= capacities[arc])
        balance[arcs[arc].0] -= flow
        balance[arcs[arc].1] += flow
      }
      #expect(balance.allSatisfy { $0 == 0 }, "trial \(trial)")
      #expect(solution.potentials.reduce(0, +) == 0)
    }
  }

  @Test func infiniteCostsForbidAnArc() throws {
    let network = MinimumCostFlow(
      try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)]))
    let detour = try network.solve(costs: [4, 5, .infinity], supplies: [2, 0, -2])
    #expect(detour.flows == [2, 2, 0])
    #expect(detour.value == 18 && detour.dualityGap == 0)
    #expect(detour.capacityPrices == [0, 0, 0])
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try network.solve(costs: [Double.infinity, 5, .infinity], supplies: [2, 0, -2])
    }
  }

  @Test func whatCannotBeSolvedIsNamed() throws {
    let network = MinimumCostFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (1, 0)]))
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try network.solve(costs: [1, 1], supplies: [2, -2], capacities: [1, 1])
    }
    #expect(throws: CombinatorialError(.unboundedFlow, item: 0)) {
      try network.solve(costs: [-2, 1], supplies: [0, 0])
    }
    let bounded = try network.solve(
      costs: [-2, 1], supplies: [0, 0], capacities: [Double.infinity, 10])
    #expect(bounded.value == -10)
    #expect(throws: CombinatorialError(.unbalanced(supply: 2, demand: 1), item: 0)) {
      try network.solve(costs: [1, 1], supplies: [2, -1])
    }
    #expect(throws: CombinatorialError(.invalidCostAt(position: 0, value: -.infinity), item: 0)) {
      try network.solve(costs: [-Double.infinity, 1], supplies: [0, 0])
    }
    #expect(throws: CombinatorialError(.invalidCapacity(position: 1, value: -1), item: 0)) {
      try network.solve(costs: [1, 1], supplies: [0, 0], capacities: [1, -1])
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 costs for shape [1, 1, 2]", found: "1")
    ) { try network.solve(costs: [1], supplies: [0, 0]) }
    #expect(throws: CombinatorialError.shapeMismatch(expected: "2 supplies", found: "1")) {
      try network.solve(costs: [1, 1], supplies: [0])
    }
  }
}
