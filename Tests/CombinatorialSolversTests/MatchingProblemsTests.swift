import CombinatorialSolvers
import TestSupport
import Testing

/// Ranked, bottleneck, semi-, sparse and priced assignment against exhaustive search, with their proofs.
struct MatchingProblemsTests {
  private struct Listed {
    let columnOfRow: [Int32]
    let cells: [Double]
  }

  /// All matchings of min(rows, columns) pairs, or of any number with `partial`.
  private func matchings(
    _ costs: [Double], _ rows: Int, _ columns: Int, partial: Bool = false
  ) -> [Listed] {
    var found: [Listed] = []
    func visit(_ chosen: [Int32], _ cells: [Double]) {
      let row = chosen.count
      if row == rows {
        if partial || cells.count == min(rows, columns) {
          found.append(Listed(columnOfRow: chosen, cells: cells))
        }
        return
      }
      for column in 0..<columns where !chosen.contains(Int32(column)) {
        let cost = costs[row * columns + column]
        if cost < .infinity { visit(chosen + [Int32(column)], cells + [cost]) }
      }
      if partial || rows > columns { visit(chosen + [-1], cells) }
    }
    visit([], [])
    return found
  }

  @Test(arguments: AssignmentFamily.allCases, [nil, 0.4] as [Double?])
  func rankedValuesAreThoseOfEnumeration(family: AssignmentFamily, unmatched: Double?) throws {
    var random = SeededRandom(seed: 61)
    for trial in 0..<60 {
      let rows = Int.random(in: 1...4, using: &random)
      let columns = Int.random(in: 1...5, using: &random)
      let k = Int.random(in: 1...40, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let expected = matchings(costs, rows, columns, partial: unmatched != nil).map { listed in
        listed.cells.reduce(0, +)
          + (unmatched ?? 0) * Double(rows + columns - 2 * listed.cells.count)
      }.sorted()
      guard !expected.isEmpty else { continue }
      let found = try Assignment(unmatchedCost: unmatched).solveBest(
        k, costs, rows: rows, columns: columns)
      #expect(found.count == min(k, expected.count), "\(family) trial \(trial)")
      #expect(Set(found.map(\.columnOfRow)).count == found.count)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.value <= $1.value })
      for (ranked, value) in zip(found, expected) {
        #expect(abs(ranked.value - value) <= 1e-9, "\(family) trial \(trial)")
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func bottleneckAgreesWithEnumerationAndIsProven(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 62)
    for trial in 0..<150 {
      let rows = Int.random(in: 1...5, using: &random)
      let columns = Int.random(in: 1...5, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let oracle = matchings(costs, rows, columns).map { $0.cells.max() ?? 0 }.min()
      guard let oracle else {
        #expect(throws: CombinatorialError.infeasible(batch: 0)) {
          try BottleneckAssignment().solve(costs, rows: rows, columns: columns)
        }
        continue
      }
      let solution = try BottleneckAssignment().solve(costs, rows: rows, columns: columns)
      #expect(solution.value == oracle, "\(family) trial \(trial)")
      let partners = solution.columnOfRow.filter { $0 >= 0 }
      #expect(Set(partners).count == min(rows, columns))
      #expect(Int(solution.columnOfRow[solution.criticalRow]) == solution.criticalColumn)
      #expect(costs[solution.criticalRow * columns + solution.criticalColumn] == oracle)
      #expect(
        solution.blockRows.count + solution.blockColumns.count == max(rows, columns) + 1)
      #expect(
        solution.blockRows.allSatisfy { row in
          solution.blockColumns.allSatisfy { costs[row * columns + $0] >= oracle }
        })
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func semiAssignmentEqualsCopiedColumns(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 63)
    for trial in 0..<150 {
      let rows = Int.random(in: 1...12, using: &random)
      let columns = Int.random(in: 1...6, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let capacities = (0..<columns).map { _ in Int.random(in: 0...4, using: &random) }
      let copies = capacities.enumerated().flatMap { [Int](repeating: $0, count: $1) }
      let problem = SemiAssignment(capacities: capacities)
      let copied = (0..<rows).flatMap { row in copies.map { costs[row * columns + $0] } }
      guard copies.count >= rows,
        let plain = try? Assignment().solve(copied, rows: rows, columns: copies.count)
      else {
        #expect(throws: CombinatorialError.infeasible(batch: 0)) {
          try problem.solve(costs, rows: rows)
        }
        continue
      }
      let solution = try problem.solve(costs, rows: rows)
      let scale = 1e-9 * max(1, abs(plain.value))
      #expect(abs(solution.value - plain.value) <= scale, "\(family) trial \(trial)")
      #expect(abs(solution.dualityGap) <= scale)
      #expect(solution.columnPotentials.allSatisfy { $0 <= 0 })
      for cell in costs.indices {
        let price =
          solution.rowPotentials[cell / columns] + solution.columnPotentials[cell % columns]
        #expect(price <= costs[cell] + scale)
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func sparseAssignmentEqualsDense(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 64)
    for trial in 0..<150 {
      let rows = Int.random(in: 0...12, using: &random)
      let columns = Int.random(in: 0...12, using: &random)
      var dense = family.costs(rows: rows, columns: columns, using: &random)
      var (offsets, indices, costs) = ([0], [Int32](), [Double]())
      for row in 0..<rows {
        for column in 0..<columns {
          if Double.random(in: 0..<1, using: &random) < 0.4 {
            dense[row * columns + column] = .infinity
          } else {
            indices.append(Int32(column))
            costs.append(dense[row * columns + column])
          }
        }
        offsets.append(indices.count)
      }
      let problem = try SparseAssignment(
        rows: rows, columns: columns, rowOffsets: offsets, columnIndices: indices)
      guard let plain = try? Assignment().solve(dense, rows: rows, columns: columns) else {
        #expect(throws: CombinatorialError.infeasible(batch: 0)) { try problem.solve(costs) }
        continue
      }
      let solution = try problem.solve(costs)
      let scale = 1e-9 * max(1, abs(plain.value))
      #expect(abs(solution.value - plain.value) <= scale, "\(family) trial \(trial)")
      #expect(abs(solution.dualityGap) <= scale)
      for row in 0..<rows {
        for entry in offsets[row]..<offsets[row + 1] {
          let price = solution.rowPotentials[row] + solution.columnPotentials[Int(indices[entry])]
          #expect(price <= costs[entry] + scale)
        }
        let entry = solution.entryOfRow[row]
        #expect(entry < 0 || (offsets[row]..<offsets[row + 1]).contains(entry))
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func pricesOfRowsAndColumnsAgreeWithEnumeration(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 65)
    for trial in 0..<100 {
      let rows = Int.random(in: 1...4, using: &random)
      let columns = Int.random(in: 1...4, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let rowPrices = (0..<rows).map { _ in Double.random(in: -1...2, using: &random) }
      let columnPrices = (0..<columns).map { _ in Double.random(in: -1...2, using: &random) }
      let oracle = matchings(costs, rows, columns, partial: true).map { listed in
        var value = listed.cells.reduce(0, +)
        for (row, column) in listed.columnOfRow.enumerated() where column < 0 {
          value += rowPrices[row]
        }
        for column in 0..<columns where !listed.columnOfRow.contains(Int32(column)) {
          value += columnPrices[column]
        }
        return value
      }.min()
      let solution = try Assignment().solve(
        costs, rows: rows, columns: columns, unmatchedRowCosts: rowPrices,
        unmatchedColumnCosts: columnPrices)
      let expected = try #require(oracle)
      #expect(abs(solution.value - expected) <= 1e-9, "\(family) trial \(trial)")
      #expect(abs(solution.dualityGap) <= 1e-9)
      #expect(zip(solution.rowPotentials, rowPrices).allSatisfy { $0 <= $1 + 1e-12 })
      #expect(zip(solution.columnPotentials, columnPrices).allSatisfy { $0 <= $1 + 1e-12 })
    }
  }

  @Test func badInputIsNamed() {
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        .invalidOption("the number of assignments", value: 0, expected: "at least 1"),
        { _ = try Assignment().solveBest(0, [1], rows: 1, columns: 1) }
      ),
      (
        .invalidOption("a capacity", value: -1, expected: "at least 0"),
        { _ = try SemiAssignment(capacities: [-1]).solve([1], rows: 1) }
      ),
      (
        .invalidCost(batch: 0, row: 2, column: 0, value: -.infinity),
        { _ = try BottleneckAssignment().solve([1, 2, -.infinity], rows: 3, columns: 1) }
      ),
      (
        .invalidCost(batch: 0, row: 1, column: 0, value: -.infinity),
        { _ = try SemiAssignment(capacities: [2]).solve([1, -.infinity], rows: 2) }
      ),
      (
        .labelOutOfRange(batch: 0, position: 1, label: 2, classes: 2),
        {
          _ = try SparseAssignment(
            rows: 1, columns: 2, rowOffsets: [0, 2], columnIndices: [0, 2])
        }
      ),
      (
        .invalidCost(batch: 0, row: 1, column: 0, value: -.infinity),
        {
          _ = try SparseAssignment(
            rows: 2, columns: 1, rowOffsets: [0, 1, 2], columnIndices: [0, 0]
          ).solve([1, -.infinity])
        }
      ),
      (
        .invalidUnmatchedCost(batch: 0, value: .infinity),
        {
          _ = try Assignment().solve(
            [1], rows: 1, columns: 1, unmatchedRowCosts: [.infinity], unmatchedColumnCosts: [0])
        }
      ),
    ]
    for (error, body) in expected { #expect(throws: error, performing: body) }
  }
}
