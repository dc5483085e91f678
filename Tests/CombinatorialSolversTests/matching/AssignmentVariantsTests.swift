import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

/// Assignments on every instruction set: SciPy's answers, problems of known ones, and potentials to start from.
/// That the sets agree bit for bit is checked in C, with the faults.
struct AssignmentVariantsTests {
  private func solve<Scalar: CostScalar>(
    _ costs: [Scalar], _ shape: BatchShape, from columnPotentials: [Double]? = nil,
    with set: InstructionSet = .current
  ) throws -> AssignmentBatch {
    var solutions = AssignmentBatch(shape: shape)
    try costs.withUnsafeBufferPointer { costs in
      try solutions.solve(CostInput(costs), columnPotentials: columnPotentials, instructionSet: set)
      solutions.keep(costs: costs)
    }
    return solutions
  }

  @Test(arguments: InstructionSet.available)
  func fixturesHaveTheValuesOfSciPy(set: InstructionSet) throws {
    for problem in try AssignmentCase.all() {
      let shape = BatchShape(rows: problem.rows, columns: problem.columns)
      let doubles = problem.flatCosts
      guard let value = problem.value, !problem.isInfeasible else {
        #expect(throws: CombinatorialError(.infeasible, item: 0), "\(problem.name)") {
          try solve(doubles, shape, with: set)
        }
        continue
      }
      let solution = try solve(doubles, shape, with: set)[0]
      let scale = max(1, abs(value))
      #expect(abs(solution.value - value) <= 1e-12 * scale, "\(problem.name)")
      #expect(solution.dualityGap <= 1e-12 * scale, "\(problem.name)")
      let single = try solve(doubles.map { Float($0) }, shape, with: set)[0]
      #expect(abs(single.value - value) <= 1e-6 * scale, "\(problem.name)")
      #expect(single.dualityGap <= 1e-12 * scale, "\(problem.name)")
    }
  }

  /// The least sum of products: the largest factor of a row meets the least of a column.
  private func leastProducts(_ size: Int) -> Double {
    Double((1...size).reduce(0) { $0 + $1 * (size + 1 - $1) })
  }

  /// Half of n squared steps of phase 4, in any order of rows and columns.
  @Test(arguments: InstructionSet.available)
  func shuffledProductsHaveTheSortedAnswer(set: InstructionSet) throws {
    var random = SeededRandom(seed: 13)
    for size in [31, 33, 39, 64, 71, 150] {
      let ofRows = (1...size).shuffled(using: &random)
      let ofColumns = (1...size).shuffled(using: &random)
      let costs = ofRows.flatMap { row in ofColumns.map { Double(row * $0) } }
      let solution = try solve(costs, BatchShape(rows: size, columns: size), with: set)[0]
      #expect(solution.value == leastProducts(size))
      for row in 0..<size {
        #expect(ofRows[row] + ofColumns[Int(solution.columnOfRow[row])] == size + 1)
        #expect(Int(solution.rowOfColumn[Int(solution.columnOfRow[row])]) == row)
      }
      #expect(solution.dualityGap == 0)
    }
  }

  /// A forbidden pair keeps the simplex method away: phase 4 goes on where it stopped.
  @Test(arguments: InstructionSet.available)
  func forbiddenProductsAreFinishedBySearching(set: InstructionSet) throws {
    let size = 80
    var costs = (1...size).flatMap { row in (1...size).map { Double(row * $0) } }
    costs[size - 1] = .infinity
    let solution = try solve(costs, BatchShape(rows: size, columns: size), with: set)[0]
    #expect(solution.columnOfRow[0] != Int32(size - 1))
    // Rows 1 and 2 exchange their columns, of 80 and 79: the cheapest way round the pair.
    #expect(solution.value == leastProducts(size) + 1)
    #expect(solution.dualityGap == 0)
  }

  /// A hard problem of a ragged batch is solved as it would be alone, whatever the padding is.
  @Test(arguments: InstructionSet.available)
  func hardProblemsOfARaggedBatch(set: InstructionSet) throws {
    let (rows, columns, sizes) = (90, 100, [90, 64, 80, 3, 70])
    var costs = [Float](repeating: .nan, count: sizes.count * rows * columns)
    for (item, size) in sizes.enumerated() {
      for row in 0..<size {
        for column in 0..<size {
          costs[(item * rows + row) * columns + column] = Float((row + 1) * (column + 1))
        }
      }
    }
    let solutions = try solve(
      costs,
      BatchShape(
        batch: sizes.count, rows: rows, columns: columns, rowCounts: sizes, columnCounts: sizes),
      with: set)
    for (item, size) in sizes.enumerated() {
      #expect(solutions.values[item] == leastProducts(size))
      let partners = solutions.columnOfRow[item * rows..<(item + 1) * rows]
      #expect(partners.prefix(size).elementsEqual((0..<Int32(size)).reversed()))
      #expect(partners.dropFirst(size).allSatisfy { $0 == -1 })
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func knownPotentialsChangeNoValue(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 21)
    for size in [1, 5, 16, 33, 70, 130] {
      let costs = family.costs(rows: size, columns: size, using: &random)
      let shape = BatchShape(rows: size, columns: size)
      guard let cold = try? solve(costs, shape)[0] else { continue }
      let scale = costs.reduce(1.0) { $1.isFinite ? max($0, abs($1)) : $0 }
      let far = (0..<size).map { _ in Double.random(in: -3 * scale...3 * scale, using: &random) }
      for potentials in [cold.columnPotentials, [Double](repeating: 0, count: size), far] {
        let warm = try solve(costs, shape, from: potentials)[0]
        #expect(abs(warm.value - cold.value) <= 1e-13 * scale * Double(size), "\(family)")
        #expect(warm.dualityGap <= 1e-13 * scale * Double(size), "\(family) of \(size)")
      }
    }
  }

  /// Each square problem of a batch has its own potentials, whichever slice it is in; the others start from
  /// scratch. An answer found from its own potentials has their bits, which others would not give.
  @Test func everyItemStartsFromItsOwnPotentials() throws {
    let (batch, rows, columns) = (600, 7, 9)
    var random = SeededRandom(seed: 22)
    let rowCounts = (0..<batch).map { _ in Int.random(in: 0...rows, using: &random) }
    let columnCounts = rowCounts.map { Bool.random(using: &random) ? $0 : columns }
    let costs = AssignmentFamily.uniform.costs(
      rows: batch * rows, columns: columns, using: &random)
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let cold = try solve(costs, shape)
    let potentials = cold.columnPotentials.map {
      $0 + Double.random(in: -0.1...0.1, using: &random)
    }
    let warm = try Assignment(maxThreads: 3).solve(
      costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts, columnPotentials: potentials)
    #expect(warm.columnOfRow == cold.columnOfRow)
    for item in 0..<batch {
      let (height, width) = (rowCounts[item], columnCounts[item])
      let own = (0..<height).flatMap { row in
        (0..<width).map { costs[(item * rows + row) * columns + $0] }
      }
      let alone = try solve(
        own, BatchShape(rows: height, columns: width),
        from: Array(potentials[item * columns..<item * columns + width]))
      #expect(warm[item] == alone[0], "item \(item)")
    }
  }

  @Test func sizesBeyondMemoryAreRefused() {
    let most = Int(Int32.max)
    let refusal = CombinatorialError.sizeOverflow(
      "an assignment problem of \(most) rows and \(most) columns")
    #expect(throws: refusal) {
      try Assignment().solve([] as [Double], batch: 0, rows: most, columns: most)
    }
  }
}
