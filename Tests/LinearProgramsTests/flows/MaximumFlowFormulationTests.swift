import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on the minimum cut: the linear program has the same value, its dual solution is a maximum
/// flow, and each solution is optimal for the other.
struct MaximumFlowFormulationTests {
  @Test func theLinearProgramHasTheValueOfTheCut() throws {
    var random = SeededRandom(seed: 61)
    for trial in 0..<40 {
      let nodes = Int.random(in: 2...9, using: &random)
      let arcs = random.arcs(3 * nodes, nodes: nodes)
      let isTied = trial % 2 == 0
      let capacities = arcs.map { _ in
        isTied
          ? Double(Int.random(in: 0...2, using: &random)) : Double.random(in: 0...1, using: &random)
      }
      let graph = try DirectedGraph(nodeCount: nodes, arcs: arcs)
      let problem = MaximumFlow(graph, from: 0, to: nodes - 1)
      let cut = try problem.solve(capacities)
      let program = try LinearProgram().solve(problem.linearModel(capacities))
      program.expectCertificate("trial \(trial)")
      #expect(isClose(program.value, cut.value), "trial \(trial)")
      // u* of the cut pays z* at the program's prices: both flows fill every arc of the cut.
      for arc in cut.cutArcs {
        #expect(isClose(program.dual[arc], capacities[arc]))
        #expect(isClose(cut.flow[arc], capacities[arc]))
      }
      if !isTied {
        let shares = program.primal[..<arcs.count]
        #expect(
          shares.indices.allSatisfy {
            abs(shares[$0] - (cut.cutArcs.contains($0) ? 1 : 0)) < 1e-9 || capacities[$0] < 1e-12
          })
      }
    }
  }

  @Test func infiniteCapacitiesAreNotCut() throws {
    let chain = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2)])
    let problem = MaximumFlow(chain, from: 0, to: 2)
    let program = try LinearProgram().solve(problem.linearModel([.infinity, 3]))
    #expect(program.value == 3)
    #expect(throws: LinearProgramError.infeasible(batch: 0)) {
      try LinearProgram().solve(problem.linearModel([.infinity, .infinity]))
    }
    #expect(throws: LinearProgramError.self) { try problem.linearModel([1]) }
  }
}
