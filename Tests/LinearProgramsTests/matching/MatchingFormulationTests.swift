import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on the relatives of assignment that are small linear programs. Bottleneck and ranked assignment are
/// not.
struct MatchingFormulationTests {
  private static let sizes = [(1, 1), (3, 3), (5, 5), (2, 6), (7, 4), (12, 12)]

  /// Some random problems of a family and a size.
  private func forEachCosts(
    _ family: AssignmentFamily, _ size: (rows: Int, columns: Int), seed: UInt64,
    _ body: ([Double], Int, Int, Comment, inout SeededRandom) throws -> Void
  ) throws {
    var random = SeededRandom(seed: seed)
    for trial in 0..<8 {
      let costs = family.costs(rows: size.rows, columns: size.columns, using: &random)
      try body(
        costs, size.rows, size.columns, "\(family) \(size), trial \(trial)", &random)
    }
  }

  @Test(arguments: AssignmentFamily.allCases, sizes)
  func capacitiesAreBounds(family: AssignmentFamily, size: (Int, Int)) throws {
    try forEachCosts(family, size, seed: 91) { costs, rows, columns, note, random in
      let problem = SemiAssignment(
        capacities: (0..<columns).map { _ in Int.random(in: 0...4, using: &random) })
      let model = try problem.linearModel(costs, rows: rows)
      try expectTheoremOne(model, note) {
        () throws(CombinatorialError) in
        let solution = try problem.solve(costs, rows: rows)
        return ProgramOptimum(
          value: solution.value,
          primal: indicator(of: cells(solution.columnOfRow, columns: columns), count: costs.count),
          dual: solution.rowPotentials + solution.columnPotentials)
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases, sizes)
  func pricesAreDustbins(family: AssignmentFamily, size: (Int, Int)) throws {
    try forEachCosts(family, size, seed: 92) { costs, rows, columns, note, random in
      let prices = [rows, columns].map { count in
        (0..<count).map { _ in Double(Int.random(in: -2...4, using: &random)) / 4 }
      }
      let model = try Assignment().linearModel(
        costs, rows: rows, columns: columns, unmatchedRowCosts: prices[0],
        unmatchedColumnCosts: prices[1])
      try expectTheoremOne(model, note) {
        () throws(CombinatorialError) in
        let solution = try Assignment().solve(
          costs, rows: rows, columns: columns, unmatchedRowCosts: prices[0],
          unmatchedColumnCosts: prices[1])
        let pairs = indicator(of: cells(solution.columnOfRow, columns: columns), count: costs.count)
        return ProgramOptimum(
          value: solution.value,
          primal: pairs + unmatched(solution.columnOfRow) + unmatched(solution.rowOfColumn),
          dual: solution.rowPotentials + solution.columnPotentials)
      }
    }
  }

  /// Entries in any order, some of them twice.
  @Test(arguments: AssignmentFamily.allCases, sizes)
  func entriesAreVariables(family: AssignmentFamily, size: (Int, Int)) throws {
    try forEachCosts(family, size, seed: 93) { _, rows, columns, note, random in
      let matrix = SparseCosts(of: family, rows: rows, columns: columns, using: &random)
      let problem = try SparseAssignment(
        rows: rows, columns: columns, rowOffsets: matrix.offsets,
        columnIndices: matrix.columnIndices)
      try expectTheoremOne(problem.linearModel(matrix.costs), note) {
        () throws(CombinatorialError) in
        let solution = try problem.solve(matrix.costs)
        return ProgramOptimum(
          value: solution.value,
          primal: indicator(of: solution.entryOfRow.filter { $0 >= 0 }, count: matrix.costs.count),
          dual: solution.rowPotentials + solution.columnPotentials)
      }
    }
  }

  @Test func uniqueSolutionsHaveTheSameGradients() throws {
    var random = SeededGenerator(seed: 94)
    func numbers(_ shape: [Int], to greatest: Float = 5) throws -> Tensor {
      try .random(uniform: shape, in: 0...greatest, using: &random)
    }
    let semi = SemiAssignment(capacities: [2, 1, 3, 2])
    let none = [Double](repeating: 0, count: 24)
    try expectSameGradients([numbers([8, 6, 4])], of: semi.linearModel(none, rows: 6)) {
      try semi.optimalValue($0[0])
    }
    let priced = try Assignment().linearModel(
      none, rows: 6, columns: 4, unmatchedRowCosts: Array(none[..<6]),
      unmatchedColumnCosts: Array(none[..<4]))
    let prices = try [numbers([8, 6], to: 2), numbers([8, 4], to: 2)]
    try expectSameGradients([numbers([8, 6, 4])] + prices, of: priced) {
      try Assignment().optimalValue($0[0], unmatchedRowCosts: $0[1], unmatchedColumnCosts: $0[2])
    }
    let sparse = try SparseAssignment(
      rows: 3, columns: 4, rowOffsets: [0, 3, 5, 8], columnIndices: [0, 1, 3, 1, 2, 0, 2, 3])
    try expectSameGradients([numbers([8, 8])], of: sparse.linearModel(Array(none[..<8]))) {
      try sparse.optimalValue($0[0])
    }
  }

  @Test func wrongCountsAreRefused() throws {
    let sparse = try SparseAssignment(
      rows: 1, columns: 2, rowOffsets: [0, 2], columnIndices: [0, 1])
    let models: [(LinearProgramError, () throws -> LinearModel)] = [
      (
        .shapeMismatch(expected: "costs for 2 rows and 2 columns", found: "3"),
        { try SemiAssignment(capacities: [1, 1]).linearModel([1, 2, 3], rows: 2) }
      ),
      (
        .sizeOverflow("a matrix of \(Int.max) rows and 0 columns"),
        { try SemiAssignment(capacities: []).linearModel([], rows: .max) }
      ),
      (
        .shapeMismatch(expected: "2 costs, one for each entry", found: "1"),
        { try sparse.linearModel([1]) }
      ),
      (
        .shapeMismatch(expected: "unmatched costs of 1 rows and 2 columns", found: "1 and 1"),
        {
          try Assignment().linearModel(
            [1, 2], rows: 1, columns: 2, unmatchedRowCosts: [0], unmatchedColumnCosts: [0])
        }
      ),
    ]
    for (error, model) in models { #expect(throws: error) { _ = try model() } }
  }

  @Test func emptyProblemsHaveValueZero() throws {
    let sparse = try SparseAssignment(
      rows: 0, columns: 2, rowOffsets: [0], columnIndices: [])
    #expect(try LinearProgram().solve(sparse.linearModel([])).value == 0)
    let semi = try SemiAssignment(capacities: [1, 2]).linearModel([], rows: 0)
    #expect(try LinearProgram().solve(semi).value == 0)
  }
}
