import CombinatorialKernels
import CombinatorialSolvers
import TestSupport
import Testing

/// What every problem over a list has: element types, batches, threads, gradients.
struct SparseAssignmentWordsTests {
  /// Wide, square and tall, with an entry twice.
  private static let problems = [
    (3, 4, [0, 3, 6, 9], [0, 1, 3, 1, 2, 1, 0, 2, 3]), (2, 2, [0, 2, 4], [0, 1, 1, 0]),
    (4, 3, [0, 2, 4, 6, 8], [0, 1, 1, 2, 2, 0, 1, 0]), (0, 2, [0], []),
  ].compactMap { rows, columns, offsets, indices in
    try? SparseAssignment(
      rows: rows, columns: columns, rowOffsets: offsets, columnIndices: indices.map { Int32($0) })
  }

  @Test func allProblemsAreProblems() { #expect(Self.problems.count == 4) }

  private func costs(_ count: Int, _ random: inout SeededRandom) -> [Double] {
    AssignmentFamily.uniform.costs(rows: 1, columns: count, using: &random)
      .map { Double(Float($0)) }
  }

  @Test(arguments: problems)
  func elementTypesAndMemoryAgree(problem: SparseAssignment) throws {
    var random = SeededRandom(seed: 511)
    let doubles = costs(problem.columnIndices.count, &random)
    let floats = doubles.map { Float($0) }
    let solution = try problem.solve(doubles)
    #expect(try problem.solve(floats) == solution)
    #expect(solution.dualityGap <= 1e-15)
    #if compiler(>=6.2)
      #expect(try problem.solve(doubles.span) == solution)
    #endif
    let (value, gradient) = try problem.valueAndGradient(floats)
    #expect(value == solution.value && gradient.map { Double($0) } == solution.gradient)
    #expect(solution.gradient.reduce(0, +) == Double(min(problem.rows, problem.columns)))
    for (row, column) in solution.columnOfRow.enumerated() where column >= 0 {
      #expect(solution.rowOfColumn[Int(column)] == Int32(row))
    }
    #expect(solution.rowOfColumn.count { $0 >= 0 } == solution.columnOfRow.count { $0 >= 0 })
  }

  @Test(arguments: problems, [1, 3])
  func batchEqualsALoop(problem: SparseAssignment, threads: Int) throws {
    var problem = problem
    problem.maxThreads = threads
    var random = SeededRandom(seed: 512)
    let (batch, count) = (2000, problem.columnIndices.count)
    let costs = costs(batch * count, &random)
    let solutions = try problem.solve(costs, batch: batch)
    let gradient = try problem.valuesAndGradient(costs, batch: batch).gradient
    for item in 0..<batch {
      let own = item * count..<(item + 1) * count
      let alone = try problem.solve(Array(costs[own]))
      #expect(solutions[item] == alone)
      #expect(Array(gradient[own]) == alone.gradient)
    }
  }

  @Test func theFirstBadItemIsNamed() throws {
    let problem = Self.problems[2]
    var costs = [Double](repeating: 1, count: 8 * 900)
    for item in [500, 700] { costs[8 * item + 5] = .nan }
    do {
      _ = try problem.solve(costs, batch: 900)
      Issue.record("a NaN was accepted")
    } catch {
      #expect(error.item == 500)
      guard case .invalidCost(row: 2, column: 0, let value) = error.reason, value.isNaN else {
        Issue.record("\(error)")
        return
      }
    }
    let count = CombinatorialError.shapeMismatch(
      expected: "8 costs, one for each entry", found: "7")
    #expect(throws: count) { try problem.solve(costs.prefix(7).map { $0 }) }
  }
}
