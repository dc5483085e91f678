import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the transport simplex against the fixture, and against each other bit for bit.
struct TransportKernelTests {
  private func solve<Scalar: CostScalar>(
    _ costs: [Scalar], _ supply: [Double], _ demand: [Double], _ set: InstructionSet
  ) -> Result<TransportOutput, AssignmentFailure> {
    let shape = TransportShape(batch: 1, rows: supply.count, columns: demand.count)
    return costs.withUnsafeBufferPointer { costs in
      do throws(AssignmentFailure) {
        return .success(
          try TransportKernel.solve(
            costs, supply: supply, demand: demand, shape: shape, rounding: 0x1p-52,
            instructionSet: set))
      } catch {
        return .failure(error)
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func fixtures(set: InstructionSet) throws {
    for problem in try TransportCase.all() {
      let output = try solve(problem.flatCosts, problem.supply, problem.demand, set).get()
      #expect(output.values[0] == problem.value)
      let single = try solve(
        problem.flatCosts.map { Float($0) }, problem.supply, problem.demand, set
      ).get()
      #expect(single.values[0] == problem.value)
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func variantsAgreeBitForBit(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 31)
    for (rows, columns) in [(1, 1), (3, 5), (7, 9), (8, 8), (9, 31), (33, 17), (40, 70)] {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      for equal in [true, false] {
        let (supply, demand) = TransportCase.masses(
          rows: rows, columns: columns, equal: equal, using: &random)
        let reference = solve(costs, supply, demand, .scalar)
        for set in InstructionSet.available {
          switch (reference, solve(costs, supply, demand, set)) {
          case (.success(let expected), .success(let found)):
            #expect(expected.values == found.values)
            #expect(expected.planRows == found.planRows)
            #expect(expected.planMasses == found.planMasses)
            #expect(expected.rowPotentials == found.rowPotentials)
            #expect(expected.columnPotentials == found.columnPotentials)
          case (.failure(let expected), .failure(let found)): #expect(expected == found)
          default: Issue.record("\(set) and scalar disagree on feasibility of \(rows)x\(columns)")
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func faultsAreFound(set: InstructionSet) {
    for (value, row) in [(Double.nan, 0), (-.infinity, 16), (.nan, 33)] {
      var costs = [Double](repeating: 1, count: 34 * 35)
      costs[row * 35 + 34] = value
      let outcome = solve(
        costs, .init(repeating: 35, count: 34), .init(repeating: 34, count: 35), set)
      #expect(throws: AssignmentFailure.invalidCost(batch: 0, row: row, column: 34)) {
        try outcome.get()
      }
    }
  }
}
