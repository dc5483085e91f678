import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on transport: same values, and each solution priced by the other's duals.
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

  @Test func wrongCountsAreRefused() throws {
    #expect(throws: LinearProgramError.self) {
      try LinearModel.transport([1, 2, 3], supply: [1, 1], demand: [1, 1])
    }
  }
}
