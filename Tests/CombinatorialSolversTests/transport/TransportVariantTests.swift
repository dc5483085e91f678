import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

/// Transport in batches: every instruction set, slices on several threads, and their faults.
struct TransportVariantTests {
  /// A batch whose slices have masses of their own: answers that took another item's would differ.
  @Test(arguments: AssignmentFamily.allCases)
  func variantsAndThreadsAgreeBitForBit(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 31)
    for (batch, rows, columns) in [(9, 3, 5), (8, 8, 8), (5, 9, 31), (3, 33, 17)] {
      let costs = (0..<batch).flatMap { _ in
        family.costs(rows: rows, columns: columns, using: &random).map {
          $0 == .infinity ? 1e3 : $0
        }
      }
      let masses = (0..<batch).map { item in
        TransportCase.masses(
          rows: rows, columns: columns, equal: item % 2 == 0, using: &random)
      }
      let (supply, demand) = (masses.flatMap(\.supply), masses.flatMap(\.demand))
      func solve(_ set: InstructionSet, maxThreads: Int) throws -> TransportBatch {
        let shape = BatchShape(batch: batch, rows: rows, columns: columns)
        return try costs.withUnsafeBufferPointer { costs in
          try Transport(maxThreads: maxThreads).solveInPlace(
            costs, masses: TransportMasses(supply, demand, shape: shape), shape: shape,
            instructionSet: set)
        }
      }
      let expected = try solve(.scalar, maxThreads: 1)
      for (item, masses) in masses.enumerated() {
        let cells = item * rows * columns..<(item + 1) * rows * columns
        let alone = try Transport().solve(
          Array(costs[cells]), supply: masses.supply, demand: masses.demand)
        #expect(alone.plan == expected[item].plan && alone.value == expected.values[item])
        #expect(alone.rowPotentials == expected[item].rowPotentials)
      }
      for set in InstructionSet.available {
        let found = try solve(set, maxThreads: 3)
        #expect(found.values == expected.values && found.planMasses == expected.planMasses)
        #expect(found.planRows == expected.planRows && found.planColumns == expected.planColumns)
        #expect(found.rowPotentials == expected.rowPotentials)
        #expect(found.columnPotentials == expected.columnPotentials)
      }
    }
  }

  @Test(arguments: [(Double.infinity * 0, 0), (-.infinity, 16), (.nan, 33)])
  func theFirstFaultOfABatchIsNamed(value: Double, row: Int) {
    var costs = [Double](repeating: 1, count: 4 * 34 * 35)
    costs[(2 * 34 + row) * 35 + 34] = value
    costs[(3 * 34 + row) * 35] = .nan
    #expect {
      try Transport(maxThreads: 3).solve(
        costs, supply: .init(repeating: 35, count: 4 * 34),
        demand: .init(repeating: 34, count: 4 * 35), batch: 4, rows: 34, columns: 35)
    } throws: { error in
      let error = error as? CombinatorialError
      guard case .invalidCost(row, 34, let found)? = error?.reason else { return false }
      return error?.item == 2 && (found == value || found.isNaN && value.isNaN)
    }
  }

  /// Masses that differ by more than rounding are no balance, however little.
  @Test func theToleranceOfABalanceIsNoLooser() throws {
    let total = 1 + 3e-9
    #expect(throws: CombinatorialError(.unbalanced(supply: 1, demand: total), item: 0)) {
      try Transport().solve([1], supply: [1], demand: [total])
    }
    #expect(try Transport().solve([1], supply: [1], demand: [1 + 5e-10]).plan[0].mass == 1)
    let single: Float = 1 + 3e-5
    #expect(throws: CombinatorialError(.unbalanced(supply: 1, demand: Double(single)), item: 0)) {
      try Transport().solve([1 as Float], supply: [1], demand: [single])
    }
    #expect(try Transport().solve([1 as Float], supply: [1], demand: [1 + 5e-6]).plan[0].mass == 1)
  }
}
