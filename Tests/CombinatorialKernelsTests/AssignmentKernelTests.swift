import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the kernel against SciPy's answers, and against each other bit for bit.
struct AssignmentKernelTests {
  @Test(arguments: InstructionSet.available)
  func fixturesInDouble(set: InstructionSet) throws {
    try checkFixtures(set, as: Double.self)
  }

  @Test(arguments: InstructionSet.available)
  func fixturesInFloat(set: InstructionSet) throws {
    try checkFixtures(set, as: Float.self)
  }

  private func checkFixtures<Scalar: KernelScalar>(
    _ set: InstructionSet, as _: Scalar.Type
  ) throws {
    for problem in try AssignmentCase.all() {
      let costs = problem.flatCosts.map { Scalar($0) }
      let outcome = solve(costs, rows: problem.rows, columns: problem.columns, with: set)
      if problem.isInfeasible {
        #expect(throws: AssignmentFailure.infeasible(batch: 0), "\(problem.name)") {
          try outcome.get()
        }
        continue
      }
      let output = try outcome.get()
      #expect(output.values[0] == problem.value, "\(problem.name) \(set)")
      expectCertificate(
        output, costs: costs, rows: problem.rows, columns: problem.columns, problem.name)
    }
  }

  /// Same bits on every variant: sizes around the lane widths, ties and forbidden pairs included.
  @Test(arguments: AssignmentFamily.allCases)
  func variantsAgreeBitForBit(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 11)
    for (rows, columns) in [(1, 1), (3, 5), (4, 4), (7, 9), (8, 8), (15, 17), (17, 16), (33, 33)] {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      try expectAgreement(costs, rows: rows, columns: columns)
      try expectAgreement(costs.map { Float($0) }, rows: rows, columns: columns)
    }
  }

  func expectAgreement<Scalar: KernelScalar>(
    _ costs: [Scalar], rows: Int, columns: Int, from potentials: [Double]? = nil
  ) throws {
    let reference = solve(costs, rows: rows, columns: columns, from: potentials, with: .scalar)
    for set in InstructionSet.available {
      let outcome = solve(costs, rows: rows, columns: columns, from: potentials, with: set)
      switch (reference, outcome) {
      case (.success(let expected), .success(let found)):
        #expect(expected.values == found.values)
        #expect(expected.columnOfRow == found.columnOfRow)
        #expect(expected.rowOfColumn == found.rowOfColumn)
        #expect(expected.rowPotentials == found.rowPotentials)
        #expect(expected.columnPotentials == found.columnPotentials)
      case (.failure(let expected), .failure(let found)):
        #expect(expected == found)
      default:
        Issue.record("\(set) and scalar disagree on feasibility of \(rows)x\(columns)")
      }
    }
  }

  /// Padding of a ragged batch may hold anything, and each item is solved as it would be alone.
  @Test(arguments: InstructionSet.available)
  func raggedBatchReadsNoPadding(set: InstructionSet) throws {
    let (batch, rows, columns) = (40, 9, 11)
    var random = SeededRandom(seed: 5)
    var costs = AssignmentFamily.uniform.costs(
      rows: batch * rows, columns: columns, using: &random)
    let rowCounts = (0..<batch).map { _ in Int.random(in: 0...rows, using: &random) }
    let columnCounts = (0..<batch).map { _ in Int.random(in: 0...columns, using: &random) }
    for item in 0..<batch {
      for row in 0..<rows {
        for column in 0..<columns where row >= rowCounts[item] || column >= columnCounts[item] {
          costs[(item * rows + row) * columns + column] = .nan
        }
      }
    }
    let shape = AssignmentShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let output = try costs.withUnsafeBufferPointer {
      try AssignmentKernel.solve($0, shape: shape, instructionSet: set)
    }
    for item in 0..<batch {
      let alone = (0..<rowCounts[item]).flatMap { row in
        (0..<columnCounts[item]).map { costs[(item * rows + row) * columns + $0] }
      }
      let single = try solve(
        alone, rows: rowCounts[item], columns: columnCounts[item], with: set
      ).get()
      #expect(output.values[item] == single.values[0])
      let partners = output.columnOfRow[item * rows..<(item + 1) * rows]
      #expect(Array(partners.prefix(rowCounts[item])) == single.columnOfRow)
      #expect(partners.dropFirst(rowCounts[item]).allSatisfy { $0 == -1 })
    }
  }

  @Test(arguments: [1, 2, 3, 8])
  func resultsDoNotDependOnThreads(threads: Int) throws {
    var random = SeededRandom(seed: 6)
    let (batch, side) = (300, 8)
    let costs = AssignmentFamily.ties.costs(rows: batch * side, columns: side, using: &random)
    let shape = AssignmentShape(batch: batch, rows: side, columns: side)
    let outputs = try [1, threads].map { limit in
      try costs.withUnsafeBufferPointer {
        try AssignmentKernel.solve($0, shape: shape, maxThreads: limit)
      }
    }
    #expect(outputs[0].columnOfRow == outputs[1].columnOfRow)
    #expect(outputs[0].rowPotentials == outputs[1].rowPotentials)
  }

  @Test(arguments: InstructionSet.available, [Double.nan, -.infinity])
  func theFirstInvalidCostIsNamed(set: InstructionSet, value: Double) throws {
    for (rows, columns) in [(1, 1), (5, 5), (9, 4), (4, 9), (16, 16)] {
      for cell in [0, rows * columns / 2, rows * columns - 1] {
        var costs = [Double](repeating: 1, count: rows * columns)
        costs[cell] = value
        costs[rows * columns - 1] = value
        let expected = AssignmentFailure.invalidCost(
          batch: 0, row: cell / columns, column: cell % columns)
        #expect(throws: expected) {
          try solve(costs, rows: rows, columns: columns, with: set).get()
        }
        #expect(throws: expected) {
          try solve(costs.map { Float($0) }, rows: rows, columns: columns, with: set).get()
        }
      }
    }
  }

  @Test func sizesBeyondMemoryAreRefused() {
    let shape = AssignmentShape(batch: 0, rows: Int(Int32.max), columns: Int(Int32.max))
    #expect(throws: AssignmentFailure.tooLarge(rows: shape.rows, columns: shape.columns)) {
      try AssignmentKernel.solve(UnsafeBufferPointer<Double>(start: nil, count: 0), shape: shape)
    }
  }

  func solve<Scalar: KernelScalar>(
    _ costs: [Scalar], rows: Int, columns: Int, from columnPotentials: [Double]? = nil,
    with set: InstructionSet
  ) -> Result<AssignmentOutput, AssignmentFailure> {
    costs.withUnsafeBufferPointer { costs in
      do throws(AssignmentFailure) {
        return .success(
          try AssignmentKernel.solve(
            costs, shape: AssignmentShape(batch: 1, rows: rows, columns: columns),
            columnPotentials: columnPotentials, instructionSet: set))
      } catch {
        return .failure(error)
      }
    }
  }

  func expectCertificate<Scalar: KernelScalar>(
    _ output: AssignmentOutput, costs: [Scalar], rows: Int, columns: Int, _ name: String
  ) {
    // u[i] is the least c[i][j] - v[j], rounded; `value` is within two units in the last place.
    let dual = ExactSum(output.rowPotentials + output.columnPotentials).value
    let rounding = 0x1p-53 * output.rowPotentials.reduce(4 * abs(dual)) { $0 + abs($1) }
    #expect(abs(output.values[0] - dual) <= rounding, "\(name)")
    var worst = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        let potentials = output.rowPotentials[row] + output.columnPotentials[column]
        let rounding = 0x1p-53 * (abs(output.rowPotentials[row]) + abs(potentials))
        worst = max(worst, potentials - Double(costs[row * columns + column]) - rounding)
      }
    }
    #expect(worst <= 0, "\(name): potentials are infeasible by \(worst)")
  }
}
