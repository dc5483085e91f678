import CombinatorialKernels
import TestSupport
import Testing

/// Every variant of the kernel against an independent programme's answers, against all paths, and
/// against each other bit for bit.
struct AlignmentKernelTests {
  @Test(arguments: InstructionSet.available)
  func fixtures(set: InstructionSet) throws {
    for problem in try AlignmentCase.all() {
      let (rows, columns) = (problem.rows, problem.columns)
      let shape = AlignmentShape(batch: 1, rows: rows, columns: columns)
      let rule = AlignmentRule(.factor(problem.gapFactor))
      let double = try solve(problem.flatCosts, shape, rule, set)
      let float = try solve(problem.flatCosts.map { Float($0) }, shape, rule, set)
      // The costs are dyadic, so that every sum is exact in either type.
      #expect(double.values == [problem.value], "\(problem.name) \(set)")
      #expect(float.values == [problem.value], "\(problem.name) \(set)")
      #expect(float.moves == double.moves, "\(problem.name) \(set)")
    }
  }

  /// All fixtures of one gap factor as a single ragged batch: problems side by side in the lanes.
  @Test(arguments: InstructionSet.available, [1.0, 1.5, 2.0])
  func fixturesSideBySide(set: InstructionSet, gapFactor: Double) throws {
    let cases = try AlignmentCase.all().filter { $0.gapFactor == gapFactor }
    let shape = AlignmentShape(
      batch: cases.count, rows: cases.map(\.rows).max() ?? 0,
      columns: cases.map(\.columns).max() ?? 0, rowCounts: cases.map(\.rows),
      columnCounts: cases.map(\.columns))
    let padded = cases.flatMap { pad($0.flatCosts, rows: $0.rows, columns: $0.columns, to: shape) }
    let rule = AlignmentRule(.factor(gapFactor))
    #expect(try solve(padded, shape, rule, set).values == cases.map(\.value))
    #expect(try solve(padded.map { Float($0) }, shape, rule, set).values == cases.map(\.value))
  }

  /// All monotone paths up to 5 x 5: the value, and the first of the best paths.
  @Test(arguments: AlignmentFamily.allCases, 0..<5)
  func agreesWithAllPaths(family: AlignmentFamily, ruleIndex: Int) throws {
    var random = SeededRandom(seed: UInt64(31 + ruleIndex))
    for trial in 0..<40 {
      let rows = Int.random(in: 1...5, using: &random)
      let columns = Int.random(in: 1...5, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let problem = Problem(rows, columns, ruleIndex, &random)
      let oracle = ExhaustiveAlignment(costs, rows: rows, columns: columns, gaps: problem.gaps)
      for set in InstructionSet.available {
        let outcome = Result { try problem.solve(costs, set) }
        let note: Comment = "\(family) \(problem.gaps) trial \(trial) \(set)"
        guard let best = oracle.solve() else {
          #expect(throws: AlignmentFailure.infeasible(batch: 0), note) { try outcome.get() }
          continue
        }
        let found = try outcome.get()
        #expect(found.value == best.value, note)
        #expect(found.moves == best.moves, note)
      }
    }
  }

  /// Same bits on every variant and both ways of computing: sizes around the lane widths.
  @Test(arguments: AlignmentFamily.allCases, 0..<5)
  func variantsAgreeBitForBit(family: AlignmentFamily, ruleIndex: Int) throws {
    var random = SeededRandom(seed: UInt64(61 + ruleIndex))
    for (rows, columns) in [
      (3, 5), (4, 4), (7, 9), (8, 15), (16, 17), (17, 16), (33, 31), (5, 300),
    ] {
      let costs = family.costs(rows: rows, columns: columns, using: &random).map { $0 * 0.7 }
      let problem = Problem(rows, columns, ruleIndex, &random)
      let reference = Result { try problem.solve(costs, .scalar) }
      for set in InstructionSet.available {
        expectSame(reference, Result { try problem.solve(costs, set) })
        expectSame(reference, Result { try problem.solve(costs, set, copies: 3) })
        expectSame(reference, Result { try problem.solve(costs, set, blockRows: 16) })
      }
      let floats = costs.map { Float($0) }
      let floatReference = Result { try problem.solve(floats, .scalar) }
      for set in InstructionSet.available {
        expectSame(floatReference, Result { try problem.solve(floats, set) })
        expectSame(floatReference, Result { try problem.solve(floats, set, copies: 20) })
        expectSame(floatReference, Result { try problem.solve(floats, set, blockRows: 1) })
      }
    }
  }

  private func expectSame(_ expected: Result<Path, any Error>, _ found: Result<Path, any Error>) {
    switch (expected, found) {
    case (.success(let expected), .success(let found)): #expect(expected == found)
    case (.failure, .failure): break
    default: Issue.record("\(expected) and \(found)")
    }
  }

  /// Padding of a ragged batch may hold anything, and each item is solved as it would be alone.
  @Test(arguments: InstructionSet.available, 0..<5)
  func raggedBatchReadsNoPadding(set: InstructionSet, ruleIndex: Int) throws {
    var random = SeededRandom(seed: 5)
    let batch = 40
    let rows = (0..<batch).map { _ in Int.random(in: 1...19, using: &random) }
    let columns = (0..<batch).map { _ in Int.random(in: 1...21, using: &random) }
    let problem = Problem(19, 21, ruleIndex, &random)
    let shape = AlignmentShape(
      batch: batch, rows: 19, columns: 21, rowCounts: rows, columnCounts: columns)
    let single = (0..<batch).map {
      AlignmentFamily.uniform.costs(rows: rows[$0], columns: columns[$0], using: &random)
    }
    let padded = (0..<batch).flatMap {
      pad(single[$0], rows: rows[$0], columns: columns[$0], to: shape)
    }
    let output = try problem.solve(padded, shape: shape, set)
    for item in 0..<batch {
      let alone = try problem.solve(
        single[item], shape: AlignmentShape(batch: 1, rows: rows[item], columns: columns[item]),
        set)
      #expect(output.values[item] == alone.values[0])
      #expect(output.moveCounts[item] == alone.moveCounts[0])
      #expect(
        output.moves[item * 40..<item * 40 + output.moveCounts[item]]
          == alone.moves[..<alone.moveCounts[0]])
    }
  }

  @Test(arguments: [1, 2, 3, 8])
  func resultsDoNotDependOnThreads(threads: Int) throws {
    var random = SeededRandom(seed: 6)
    let costs = AlignmentFamily.ties.costs(rows: 300 * 20, columns: 20, using: &random)
    let shape = AlignmentShape(batch: 300, rows: 20, columns: 20)
    let outputs = try [1, threads].map { limit in
      try costs.withUnsafeBufferPointer {
        try AlignmentKernel.solve(
          AlignmentCosts($0, rowStride: 20), shape: shape, rule: .init(.factor(1.5)),
          maxThreads: limit)
      }
    }
    #expect(outputs[0].moves == outputs[1].moves)
    #expect(outputs[0].values == outputs[1].values)
  }

  @Test(arguments: InstructionSet.available, [Double.nan, -.infinity])
  func theFirstInvalidCostIsNamed(set: InstructionSet, value: Double) throws {
    for (batch, rows, columns) in [(1, 1, 1), (1, 9, 4), (3, 16, 16), (20, 4, 9)] {
      let cells = rows * columns
      for cell in [0, cells / 2, cells - 1] {
        var costs = [Double](repeating: 1, count: batch * cells)
        let item = batch / 2
        costs[item * cells + cell] = value
        costs[batch * cells - 1] = value
        let expected = AlignmentFailure.invalidCost(
          batch: item, row: cell / columns, column: cell % columns)
        let shape = AlignmentShape(batch: batch, rows: rows, columns: columns)
        #expect(throws: expected) { try solve(costs, shape, .init(.factor(1.5)), set) }
      }
    }
  }
}

/// One path with its cost.
private struct Path: Equatable {
  let value: Double
  let moves: String
}

/// A rule for problems of at most the given size.
private struct Problem {
  let rows: Int
  let columns: Int
  let gaps: AlignmentGaps
  var rule: AlignmentRule
  private var rowGaps: [Double] = []
  private var columnGaps: [Double] = []

  init(_ rows: Int, _ columns: Int, _ index: Int, _ random: inout SeededRandom) {
    self.rows = rows
    self.columns = columns
    switch index {
    case 0, 1:
      gaps = .factor(index == 0 ? 1.5 : 0.5)
      rule = AlignmentRule(.factor(index == 0 ? 1.5 : 0.5))
    case 2:
      rowGaps = AlignmentFamily.uniform.costs(rows: rows, columns: 1, using: &random)
      columnGaps = AlignmentFamily.uniform.costs(rows: 1, columns: columns, using: &random)
      gaps = .costs(rows: rowGaps, columns: columnGaps)
      rule = AlignmentRule(.costs)
    default:
      gaps = .timeWarping(band: index == 3 ? 1 : 1000)
      rule = AlignmentRule(.timeWarping(band: index == 3 ? 1 : nil))
    }
  }

  func solve<Scalar: CostScalar>(
    _ costs: [Scalar], _ set: InstructionSet, copies: Int = 1, blockRows: Int = 0
  ) throws -> Path {
    var problem = self
    problem.rule.blockRows = blockRows
    let shape = AlignmentShape(batch: copies, rows: rows, columns: columns)
    let batch: [Scalar] = Array(repeatElement(costs, count: copies).joined())
    let output = try problem.solve(batch, shape: shape, set)
    let letters: [Character] = ["D", "H", "V"]
    let moves = output.moves(of: copies - 1, shape: shape)
    return Path(
      value: output.values[copies - 1], moves: String(moves.map { letters[Int($0)] }))
  }

  /// Every problem of the batch with the first of the gaps.
  func solve<Scalar: CostScalar>(
    _ costs: [Scalar], shape: AlignmentShape, _ set: InstructionSet
  ) throws -> AlignmentOutput {
    guard case .costs = rule.gaps else {
      return try CombinatorialKernelsTests.solve(costs, shape, rule, set)
    }
    let rows = (0..<shape.batch).flatMap { _ in rowGaps.prefix(shape.rows).map { Scalar($0) } }
    let columns = (0..<shape.batch).flatMap { _ in
      columnGaps.prefix(shape.columns).map { Scalar($0) }
    }
    return try rows.withUnsafeBufferPointer { rows in
      try columns.withUnsafeBufferPointer { columns in
        try costs.withUnsafeBufferPointer {
          var costs = AlignmentCosts($0, rowStride: shape.columns)
          costs.rowGaps = rows
          costs.columnGaps = columns
          return try AlignmentKernel.solve(costs, shape: shape, rule: rule, instructionSet: set)
        }
      }
    }
  }
}

private func solve<Scalar: CostScalar>(
  _ costs: [Scalar], _ shape: AlignmentShape, _ rule: AlignmentRule, _ set: InstructionSet
) throws -> AlignmentOutput {
  try costs.withUnsafeBufferPointer {
    try AlignmentKernel.solve(
      AlignmentCosts($0, rowStride: shape.columns), shape: shape, rule: rule, instructionSet: set)
  }
}

/// Costs with NaN in the padding.
private func pad(_ costs: [Double], rows: Int, columns: Int, to shape: AlignmentShape) -> [Double] {
  (0..<shape.rows * shape.columns).map { cell in
    let (row, column) = (cell / shape.columns, cell % shape.columns)
    return row < rows && column < columns ? costs[row * columns + column] : .nan
  }
}
