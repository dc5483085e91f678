import CombinatorialKernels
import TestSupport
import Testing

/// Assignments that start from column potentials: optimal from any of them, forbidden pairs and ties
/// included.
extension AssignmentKernelTests {
  @Test(arguments: AssignmentFamily.allCases)
  func knownPotentialsChangeNoValue(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 21)
    for size in [1, 5, 16, 33, 70, 130] {
      let costs = family.costs(rows: size, columns: size, using: &random)
      guard let cold = try? solve(costs, rows: size, columns: size, with: .current).get()
      else { continue }
      let scale = costs.reduce(1.0) { $1.isFinite ? max($0, abs($1)) : $0 }
      let far = (0..<size).map { _ in
        Double(Int.random(in: -3 * Int(scale)...3 * Int(scale), using: &random))
      }
      for potentials in [cold.columnPotentials, [Double](repeating: 0, count: size), far] {
        let warm = try solve(costs, rows: size, columns: size, from: potentials, with: .current)
          .get()
        #expect(warm.values[0] == cold.values[0], "\(family)")
        expectCertificate(warm, costs: costs, rows: size, columns: size, "\(family) of \(size)")
        try expectAgreement(costs, rows: size, columns: size, from: potentials)
        try expectAgreement(
          costs.map { Float($0) }, rows: size, columns: size, from: potentials)
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func knownPotentialsHideNoFault(set: InstructionSet) {
    var costs = [Double](repeating: 1, count: 36)
    let potentials = [Double](repeating: 0, count: 6)
    for column in 0..<6 { costs[12 + column] = .infinity }
    #expect(throws: AssignmentFailure.infeasible(batch: 0)) {
      try solve(costs, rows: 6, columns: 6, from: potentials, with: set).get()
    }
    for value in [Double.nan, -.infinity] {
      costs[20] = value
      #expect(throws: AssignmentFailure.invalidCost(batch: 0, row: 3, column: 2)) {
        try solve(costs, rows: 6, columns: 6, from: potentials, with: set).get()
      }
    }
  }

  /// Each square problem of a batch has its own potentials; the others start from scratch.
  @Test func raggedBatchesTakeTheirOwnPotentials() throws {
    let (batch, rows, columns) = (6, 7, 9)
    let rowCounts = [7, 5, 7, 3, 0, 6], columnCounts = [7, 5, 9, 2, 0, 6]
    var random = SeededRandom(seed: 22)
    let costs = AssignmentFamily.uniform.costs(
      rows: batch * rows, columns: columns, using: &random)
    let shape = AssignmentShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let cold = try costs.withUnsafeBufferPointer { try AssignmentKernel.solve($0, shape: shape) }
    let warm = try costs.withUnsafeBufferPointer {
      try AssignmentKernel.solve($0, shape: shape, columnPotentials: cold.columnPotentials)
    }
    #expect(warm.columnOfRow == cold.columnOfRow)
    #expect(warm.values == cold.values)
  }
}
