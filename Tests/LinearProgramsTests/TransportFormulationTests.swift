import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on transport and minimum-cost flow: same values, and each solution priced by the other's duals.
struct TransportFormulationTests {
  @Test(arguments: AssignmentFamily.allCases, [(1, 1), (3, 3), (2, 6), (7, 4), (12, 12)])
  func theLinearProgramHasTheValueOfThePlan(family: AssignmentFamily, size: (Int, Int)) throws {
    var random = SeededRandom(seed: 71)
    let (rows, columns) = size
    for equal in [true, false] {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let (supply, demand) = TransportCase.masses(
        rows: rows, columns: columns, equal: equal, using: &random)
      for imbalance in [Transport.Imbalance.refused, .priced(surplus: 0.2, shortage: 0.3)] {
        let problem = Transport(imbalance: imbalance)
        let model = try problem.linearModel(costs, supply: supply, demand: demand)
        try expectTheoremOne(model, "\(family) \(size)") { () throws(CombinatorialError) in
          let plan = try problem.solve(costs, supply: supply, demand: demand)
          let left = imbalance == .refused ? [] : plan.surplus + plan.shortage
          return ProgramOptimum(
            value: plan.value, primal: plan.densePlan + left,
            dual: plan.rowPotentials + plan.columnPotentials)
        }
      }
    }
  }

  @Test func minimumCostFlowIsALinearProgram() throws {
    var random = SeededRandom(seed: 72)
    for trial in 0..<40 {
      let (nodes, arcs) = (Int.random(in: 1...8, using: &random), 20)
      let network = try MinimumCostFlow(
        nodes: nodes, sources: (0..<arcs).map { _ in Int.random(in: 0..<nodes, using: &random) },
        targets: (0..<arcs).map { _ in Int.random(in: 0..<nodes, using: &random) })
      let costs = (0..<arcs).map { _ in Double(Int.random(in: -2...6, using: &random)) }
      let capacities = (0..<arcs).map { _ in Double(Int.random(in: 0...5, using: &random)) }
      var supplies = (0..<nodes).map { _ in Double(Int.random(in: -2...2, using: &random)) }
      supplies[0] -= supplies.reduce(0, +)
      let model = try LinearModel.minimumCostFlow(
        network, costs: costs, supplies: supplies, capacities: capacities)
      let flow: MinimumCostFlowSolution
      do throws(CombinatorialError) {
        flow = try network.solve(costs: costs, supplies: supplies, capacities: capacities)
      } catch {
        #expect(error == .infeasible(batch: 0))
        #expect(throws: LinearProgramError.infeasible(batch: 0)) {
          try LinearProgram().solve(model)
        }
        continue
      }
      #expect(isClose(try LinearProgram().solve(model).value, flow.value), "trial \(trial)")
      #expect(isClose(flow.value - flow.dualityGap, flow.value), "trial \(trial)")
    }
  }

  @Test func wrongCountsAreRefused() throws {
    #expect(throws: LinearProgramError.self) {
      try LinearModel.transport([1, 2, 3], supply: [1, 1], demand: [1, 1])
    }
    let network = try MinimumCostFlow(nodes: 2, sources: [0], targets: [1])
    #expect(throws: LinearProgramError.self) {
      try LinearModel.minimumCostFlow(network, costs: [1], supplies: [1])
    }
  }
}
