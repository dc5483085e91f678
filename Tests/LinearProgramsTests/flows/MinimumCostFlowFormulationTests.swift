import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on minimum-cost flow: the linear program has the same value.
struct MinimumCostFlowFormulationTests {
  @Test func theLinearProgramHasTheValueOfTheFlow() throws {
    var random = SeededRandom(seed: 72)
    for trial in 0..<40 {
      let (nodes, arcs) = (Int.random(in: 1...8, using: &random), 20)
      let ends = random.arcs(arcs, nodes: nodes)
      let costs = (0..<arcs).map { _ in Double(Int.random(in: -2...6, using: &random)) }
      let capacities = (0..<arcs).map { _ in Double(Int.random(in: 0...5, using: &random)) }
      var supplies = (0..<nodes).map { _ in Double(Int.random(in: -2...2, using: &random)) }
      supplies[0] -= supplies.reduce(0, +)
      let network = MinimumCostFlow(
        try DirectedGraph(nodeCount: nodes, arcs: ends), supplies: supplies, capacities: capacities)
      let model = try network.linearModel(costs)
      let flow: MinimumCostFlowSolution
      do throws(CombinatorialError) {
        flow = try network.solve(costs)
      } catch {
        #expect(error == CombinatorialError(.infeasible, item: 0))
        #expect(throws: LinearProgramError.infeasible(batch: 0)) {
          try LinearProgram().solve(model)
        }
        continue
      }
      #expect(isClose(try LinearProgram().solve(model).value, flow.value), "trial \(trial)")
      #expect(abs(flow.dualityGap) <= 1e-9, "trial \(trial)")
    }
  }

  @Test func wrongCountsAreRefused() throws {
    let graph = try DirectedGraph(nodeCount: 2, arcs: [(0, 1)])
    #expect(throws: LinearProgramError.self) {
      try MinimumCostFlow(graph, supplies: [1]).linearModel([1])
    }
  }
}
