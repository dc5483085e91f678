import CombinatorialSolvers
import TestSupport
import Testing

struct AssignmentTests {
  @Test func solvesTheTextbookExample() throws {
    let solution = try Assignment().solve(
      [4, 1, 3, 2, 0, 5, 3, 2, 2] as [Float], rows: 3, columns: 3)
    #expect(solution.value == 5)
    #expect(solution.columnOfRow == [1, 0, 2])
    #expect(solution.rowOfColumn == [1, 0, 2])
    #expect(solution.dualityGap == 0)
    #expect(solution.isUnique)
  }

  /// Thousands of problems up to 7 x 7 against all assignments, ties and forbidden pairs included.
  @Test(arguments: AssignmentFamily.allCases)
  func agreesWithExhaustiveSearch(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 21)
    for trial in 0..<1000 {
      // Sides of 7 cost thousands of assignments each, so they are drawn less often.
      let most = trial % 10 == 0 ? 7 : 5
      let rows = Int.random(in: 1...most, using: &random)
      let columns = Int.random(in: 1...most, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let oracle = ExhaustiveAssignment.solve(costs, rows: rows, columns: columns)
      guard let oracle else {
        #expect(throws: CombinatorialError(.infeasible, item: 0)) {
          try Assignment().solve(costs, rows: rows, columns: columns)
        }
        continue
      }
      let solution = try Assignment().solve(costs, rows: rows, columns: columns)
      #expect(solution.value == oracle.value, "\(family) trial \(trial)")
      #expect(solution.isUnique == (oracle.count == 1), "\(family) trial \(trial)")
      expectCertificate(solution, costs: costs, rows: rows, columns: columns)
      let single = try Assignment().solve(costs.map { Float($0) }, rows: rows, columns: columns)
      #expect(single.columnOfRow == solution.columnOfRow)
      #expect(single.value == solution.value)
    }
  }

  @Test(arguments: AssignmentFamily.allCases, [-1.0, 0, 0.25, 1, 3])
  func unmatchedCostAgreesWithExhaustiveSearch(family: AssignmentFamily, unmatchedCost: Double)
    throws
  {
    var random = SeededRandom(seed: 22)
    let matching = Assignment(unmatchedCost: unmatchedCost)
    for trial in 0..<60 {
      let rows = Int.random(in: 1...4, using: &random)
      let columns = Int.random(in: 1...4, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let oracle = try #require(
        ExhaustiveAssignment.solve(
          costs, rows: rows, columns: columns, unmatchedCost: unmatchedCost))
      let solution = try matching.solve(costs, rows: rows, columns: columns)
      #expect(solution.value == oracle.value, "\(family) trial \(trial)")
      #expect(solution.isUnique == (oracle.count == 1), "\(family) trial \(trial)")
      #expect(solution.dualityGap == 0)
      for row in 0..<rows {
        #expect(solution.rowPotentials[row] <= unmatchedCost)
        for column in 0..<columns {
          let sum = solution.rowPotentials[row] + solution.columnPotentials[column]
          #expect(sum <= costs[row * columns + column])
        }
      }
      #expect(solution.columnPotentials.allSatisfy { $0 <= unmatchedCost })
    }
  }

  /// No oracle at this size: the potentials are the proof.
  @Test(arguments: AssignmentFamily.allCases, [(64, 64), (200, 257), (256, 256)])
  func largeProblemsAreProvenOptimal(family: AssignmentFamily, size: (Int, Int)) throws {
    var random = SeededRandom(seed: 23)
    let costs = family.costs(rows: size.0, columns: size.1, using: &random)
    let solution = try Assignment().solve(costs, rows: size.0, columns: size.1)
    expectCertificate(solution, costs: costs, rows: size.0, columns: size.1)
  }

  @Test func a1024ProblemIsProvenOptimal() throws {
    var random = SeededRandom(seed: 24)
    let costs = AssignmentFamily.uniform.costs(rows: 1024, columns: 1024, using: &random)
    let solution = try Assignment().solve(costs.map { Float($0) }, rows: 1024, columns: 1024)
    expectCertificate(solution, costs: costs, rows: 1024, columns: 1024)
  }

  /// Permuting rows and columns permutes the answer; a constant added to a row adds to the value.
  @Test func valueIsInvariantAsItMustBe() throws {
    var random = SeededRandom(seed: 25)
    for _ in 0..<50 {
      let side = Int.random(in: 2...12, using: &random)
      let costs = AssignmentFamily.uniform.costs(rows: side, columns: side, using: &random)
      let solution = try Assignment().solve(costs, rows: side, columns: side)
      let rowOrder = (0..<side).shuffled(using: &random)
      let columnOrder = (0..<side).shuffled(using: &random)
      let permuted = rowOrder.flatMap { row in columnOrder.map { costs[row * side + $0] } }
      let again = try Assignment().solve(permuted, rows: side, columns: side)
      #expect(again.value == solution.value)
      for (row, original) in rowOrder.enumerated() {
        #expect(columnOrder[Int(again.columnOfRow[row])] == Int(solution.columnOfRow[original]))
      }
      let shifted = costs.enumerated().map { $0.offset < side ? $0.element + 7 : $0.element }
      #expect(
        try Assignment().solve(shifted, rows: side, columns: side).value == solution.value + 7)
    }
  }

  @Test func batchEqualsALoop() throws {
    var random = SeededRandom(seed: 26)
    let costs = AssignmentFamily.ties.costs(rows: 30 * 6, columns: 5, using: &random)
    let batch = try Assignment(maxThreads: 2).solve(costs, batch: 30, rows: 6, columns: 5)
    #expect(batch.count == 30)
    for (item, solution) in batch.enumerated() {
      let alone = try Assignment().solve(
        Array(costs[item * 30..<(item + 1) * 30]), rows: 6, columns: 5)
      #expect(solution.value == alone.value)
      #expect(solution.columnOfRow == alone.columnOfRow)
      #expect(solution.rowOfColumn == alone.rowOfColumn)
      #expect(solution.isUnique == alone.isUnique)
      #expect(batch.values[item] == alone.value)
    }
  }

  @Test(arguments: [(0, 0), (0, 3), (3, 0)])
  func emptyProblemsHaveValueZero(size: (Int, Int)) throws {
    let solution = try Assignment().solve([] as [Float], rows: size.0, columns: size.1)
    #expect(solution.value == 0)
    #expect(solution.columnOfRow == .init(repeating: -1, count: size.0))
    #expect(solution.rowOfColumn == .init(repeating: -1, count: size.1))
    #expect(solution.isUnique)
    let priced = try Assignment(unmatchedCost: 2).solve(
      [] as [Float], rows: size.0, columns: size.1)
    #expect(priced.value == 2 * Double(size.0 + size.1))
  }

  /// The potentials of the step before: the same optimum of costs that moved by 1 %.
  @Test func startsFromThePotentialsOfASimilarBatch() throws {
    var random = SeededRandom(seed: 8)
    let (batch, side) = (20, 12)
    let costs = AssignmentFamily.uniform.costs(rows: batch * side, columns: side, using: &random)
    let moved = costs.map { $0 + Double(Int.random(in: -10...10, using: &random)) / 1024 }
    let before = try Assignment().solve(costs, batch: batch, rows: side, columns: side)
    let warm = try Assignment().solve(
      moved, batch: batch, rows: side, columns: side, columnPotentials: before.columnPotentials)
    let cold = try Assignment().solve(moved, batch: batch, rows: side, columns: side)
    #expect(warm.columnOfRow == cold.columnOfRow)
    #expect(warm.allSatisfy { $0.dualityGap == 0 })

    let count = CombinatorialError.shapeMismatch(
      expected: "240 column potentials, one for each column of the batch", found: "1")
    #expect(throws: count) {
      try Assignment().solve(costs, batch: batch, rows: side, columns: side, columnPotentials: [0])
    }
    var bad = before.columnPotentials
    bad[2 * side + 3] = .infinity
    #expect(throws: CombinatorialError(.invalidPotential(column: 3, value: .infinity), item: 2)) {
      try Assignment().solve(costs, batch: batch, rows: side, columns: side, columnPotentials: bad)
    }
  }

  @Test func badInputIsNamed() throws {
    let costs: [Float] = [1, 2, 3, 4, 5, .nan, 7, 8]
    do {
      _ = try Assignment().solve(costs, batch: 2, rows: 2, columns: 2)
      Issue.record("a NaN was accepted")
    } catch {
      expect(error, names: (1, 0, 1))
    }
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        .shapeMismatch(expected: "6 costs for shape [1, 2, 3]", found: "4"),
        { _ = try Assignment().solve([1, 2, 3, 4] as [Float], rows: 2, columns: 3) }
      ),
      (
        .shapeMismatch(expected: "sizes of at least 0", found: "[1, -1, 3]"),
        { _ = try Assignment().solve([] as [Double], rows: -1, columns: 3) }
      ),
      (
        CombinatorialError(.lengthOutOfRange(length: 3, limit: 2), item: 1),
        {
          _ = try Assignment().solve(
            [1, 2, 3, 4, 5, 6, 7, 8] as [Float], batch: 2, rows: 2, columns: 2, rowCounts: [2, 3])
        }
      ),
      (
        .sizeOverflow("a cost tensor of shape [1, \(Int.max), 3]"),
        { _ = try Assignment().solve([] as [Float], rows: .max, columns: 3) }
      ),
      (
        CombinatorialError(.invalidUnmatchedCost(value: .infinity), item: 0),
        { _ = try Assignment(unmatchedCost: .infinity).solve([1] as [Float], rows: 1, columns: 1) }
      ),
      (
        CombinatorialError(.infeasible, item: 0),
        {
          _ = try Assignment().solve(
            [.infinity, .infinity, 1, 2] as [Float], rows: 2, columns: 2)
        }
      ),
    ]
    for (error, body) in expected {
      #expect(throws: error, performing: body)
      #expect(!error.description.isEmpty)
    }
  }

  @Test func theFirstBadItemOfABatchIsReportedWhateverTheThreads() {
    let costs = (0..<400).flatMap { item -> [Float] in item % 100 == 57 ? [.nan] : [1] }
    for threads in [1, 2, 4] {
      do {
        _ = try Assignment(maxThreads: threads).solve(costs, batch: 400, rows: 1, columns: 1)
        Issue.record("a NaN was accepted")
      } catch {
        expect(error, names: (57, 0, 0))
      }
    }
  }

  /// A NaN equals nothing.
  private func expect(_ error: CombinatorialError, names place: (Int, Int, Int)) {
    guard case .invalidCost(let row, let column, let value) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect((error.item, row, column) == (place.0, place.1, place.2))
    #expect(value.isNaN)
  }

  private func expectCertificate(
    _ solution: AssignmentSolution, costs: [Double], rows: Int, columns: Int
  ) {
    // Sums of a family's costs are exact.
    #expect(solution.dualityGap == 0)
    var worst = 0.0
    costs.withUnsafeBufferPointer { costs in
      for row in 0..<rows {
        let potential = solution.rowPotentials[row]
        for column in 0..<columns {
          let slack = costs[row * columns + column] - potential - solution.columnPotentials[column]
          worst = min(worst, slack)
        }
      }
    }
    #expect(worst >= 0, "potentials are infeasible by \(-worst)")
    let partners = solution.columnOfRow.filter { $0 >= 0 }
    #expect(partners.count == min(rows, columns))
    #expect(Set(partners).count == partners.count)
    for (row, column) in solution.columnOfRow.enumerated() where column >= 0 {
      #expect(solution.rowOfColumn[Int(column)] == Int32(row))
    }
    let longer = rows > columns ? solution.rowPotentials : solution.columnPotentials
    let partner = rows > columns ? solution.columnOfRow : solution.rowOfColumn
    if rows != columns {
      #expect(longer.allSatisfy { $0 <= 0 })
      #expect(zip(longer, partner).allSatisfy { $1 >= 0 || $0 == 0 })
    }
  }
}
