import CombinatorialSolvers
import TestSupport
import Testing

/// Ranked, bottleneck, semi-, sparse and priced assignment against exhaustive search, with their proofs.
struct MatchingProblemsTests {
  /// What each matching costs, by `price`: all matchings of min(rows, columns) pairs, or of any number
  /// with `partial`.
  private func values(
    _ costs: [Double], _ rows: Int, _ columns: Int, partial: Bool = false,
    _ price: (_ columnOfRow: [Int32], _ sum: Double) -> Double
  ) -> [Double] {
    var values: [Double] = []
    ExhaustiveAssignment.forEach(costs, rows: rows, columns: columns, partial: partial) {
      values.append(price($0, $1))
    }
    return values
  }

  /// A random number of rows and of columns, and a family's costs.
  private static func problem(
    _ family: AssignmentFamily, sides: ClosedRange<Int>, _ random: inout SeededRandom
  ) -> (rows: Int, columns: Int, costs: [Double]) {
    let (rows, columns) = (
      Int.random(in: sides, using: &random), Int.random(in: sides, using: &random)
    )
    return (rows, columns, family.costs(rows: rows, columns: columns, using: &random))
  }

  /// A value is that of another method, sums of a family's costs being exact, and potentials that are feasible for the costs reach it.
  private func expectProof(
    of expected: Double, by value: Double, gap: Double, _ rowPotentials: [Double],
    _ columnPotentials: [Double], _ costs: [Double], _ comment: Comment
  ) {
    #expect(value == expected && gap == 0, comment)
    let isFeasible = costs.indices.allSatisfy { cell in
      let (row, column) = (cell / columnPotentials.count, cell % columnPotentials.count)
      return rowPotentials[row] + columnPotentials[column] <= costs[cell]
    }
    #expect(isFeasible, comment)
  }

  @Test(arguments: AssignmentFamily.allCases, [nil, 0.375] as [Double?])
  func rankedValuesAreThoseOfEnumeration(family: AssignmentFamily, unmatched: Double?) throws {
    var random = SeededRandom(seed: 61)
    for trial in 0..<60 {
      let (rows, columns, costs) = Self.problem(family, sides: 1...4, &random)
      let k = Int.random(in: 1...40, using: &random)
      let expected = values(costs, rows, columns, partial: unmatched != nil) { partners, sum in
        sum + (unmatched ?? 0) * Double(rows + columns - 2 * partners.count { $0 >= 0 })
      }.sorted()
      guard !expected.isEmpty else { continue }
      let found = try RankedAssignment(count: k, unmatchedCost: unmatched).solve(
        costs, rows: rows, columns: columns)
      #expect(Set(found.columnOfRow).count == found.values.count)
      #expect(found.values.elementsEqual(expected.prefix(k)), "\(family) trial \(trial)")
      #expect(found.dualityGap == 0, "\(family) trial \(trial)")
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func bottleneckAgreesWithEnumerationAndIsProven(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 62)
    for trial in 0..<150 {
      let (rows, columns, costs) = Self.problem(family, sides: 1...5, &random)
      let oracle = values(costs, rows, columns) { partners, _ in
        matchedCosts(partners, costs, columns: columns).max() ?? 0
      }.min()
      guard let oracle else {
        #expect(throws: CombinatorialError(.infeasible, item: 0)) {
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
      #expect(solution.dualityGap == 0)
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func semiAssignmentEqualsCopiedColumns(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 63)
    for trial in 0..<150 {
      let (rows, columns, costs) = Self.problem(family, sides: 1...9, &random)
      let capacities = (0..<columns).map { _ in Int.random(in: 0...4, using: &random) }
      let copies = capacities.enumerated().flatMap { [Int](repeating: $0, count: $1) }
      let problem = SemiAssignment(capacities: capacities)
      let copied = (0..<rows).flatMap { row in copies.map { costs[row * columns + $0] } }
      guard copies.count >= rows,
        let plain = try? Assignment().solve(copied, rows: rows, columns: copies.count)
      else {
        #expect(throws: CombinatorialError(.infeasible, item: 0)) {
          try problem.solve(costs, rows: rows)
        }
        continue
      }
      let solution = try problem.solve(costs, rows: rows)
      expectProof(
        of: plain.value, by: solution.value, gap: solution.dualityGap, solution.rowPotentials,
        solution.columnPotentials, costs, "\(family) trial \(trial)")
      #expect(solution.columnPotentials.allSatisfy { $0 <= 0 })
    }
  }

  /// z* is convex in the capacities, and the column potentials are a subgradient at any of them.
  @Test func columnPotentialsAreSubgradientsByTheCapacities() throws {
    var random = SeededRandom(seed: 66)
    for trial in 0..<60 {
      let (rows, columns, costs) = Self.problem(.uniform, sides: 2...8, &random)
      let capacities = (0..<columns).map { _ in Int.random(in: 0...3, using: &random) + rows / 2 }
      let solution = try SemiAssignment(capacities: capacities).solve(costs, rows: rows)
      for _ in 0..<10 {
        let others = capacities.map { max(0, $0 + Int.random(in: -2...2, using: &random)) }
        guard let other = try? SemiAssignment(capacities: others).solve(costs, rows: rows) else {
          continue
        }
        let changes = zip(others, capacities).map { Double($0 - $1) }
        let bound = zip(solution.columnPotentials, changes).reduce(solution.value) {
          $0 + $1.0 * $1.1
        }
        #expect(other.value >= bound, "trial \(trial)")
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func sparseAssignmentEqualsDense(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 64)
    for trial in 0..<150 {
      let (rows, columns) = (
        Int.random(in: 0...12, using: &random), Int.random(in: 0...12, using: &random)
      )
      let matrix = SparseCosts(of: family, rows: rows, columns: columns, using: &random)
      let (offsets, indices) = (matrix.offsets, matrix.columnIndices)
      let problem = try SparseAssignment(
        rows: rows, columns: columns, rowOffsets: offsets, columnIndices: indices)
      guard let plain = try? Assignment().solve(matrix.dense, rows: rows, columns: columns) else {
        #expect(throws: CombinatorialError(.infeasible, item: 0)) {
          try problem.solve(matrix.costs)
        }
        continue
      }
      let solution = try problem.solve(matrix.costs)
      expectProof(
        of: plain.value, by: solution.value, gap: solution.dualityGap, solution.rowPotentials,
        solution.columnPotentials, matrix.dense, "\(family) trial \(trial)")
      for row in 0..<rows {
        let entry = solution.entryOfRow[row]
        #expect(entry < 0 || (offsets[row]..<offsets[row + 1]).contains(entry))
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func pricesOfRowsAndColumnsAgreeWithEnumeration(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 65)
    for trial in 0..<100 {
      let (rows, columns, costs) = Self.problem(family, sides: 1...4, &random)
      let prices = (0..<rows + columns).map { _ in
        0x1p-20 * Double(Int.random(in: -1 << 20...2 << 20, using: &random))
      }
      let (rowPrices, columnPrices) = (Array(prices[..<rows]), Array(prices[rows...]))
      let oracle = values(costs, rows, columns, partial: true) { partners, sum in
        let rowsLeft = partners.indices.filter { partners[$0] < 0 }
        let columnsLeft = (0..<columns).filter { !partners.contains(Int32($0)) }
        return sum + rowsLeft.reduce(0) { $0 + rowPrices[$1] }
          + columnsLeft.reduce(0) { $0 + columnPrices[$1] }
      }.min()
      let solution = try Assignment().solve(
        costs, rows: rows, columns: columns, unmatchedRowCosts: rowPrices,
        unmatchedColumnCosts: columnPrices)
      expectProof(
        of: try #require(oracle), by: solution.value, gap: solution.dualityGap,
        solution.rowPotentials, solution.columnPotentials, costs, "\(family) trial \(trial)")
      #expect(zip(solution.rowPotentials, rowPrices).allSatisfy { $0 <= $1 })
      #expect(zip(solution.columnPotentials, columnPrices).allSatisfy { $0 <= $1 })
    }
  }

  @Test func badInputIsNamed() {
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        CombinatorialError(
          .invalidOption("the number of assignments", value: 0, expected: "at least 1")),
        { _ = try RankedAssignment(count: 0).solve([1], rows: 1, columns: 1) }
      ),
      (
        CombinatorialError(.invalidOption("a capacity", value: -1, expected: "at least 0")),
        { _ = try SemiAssignment(capacities: [-1]).solve([1], rows: 1) }
      ),
      (
        CombinatorialError(.invalidCost(row: 2, column: 0, value: -.infinity), item: 0),
        { _ = try BottleneckAssignment().solve([1, 2, -Double.infinity], rows: 3, columns: 1) }
      ),
      (
        CombinatorialError(.invalidCost(row: 1, column: 0, value: -.infinity), item: 0),
        { _ = try SemiAssignment(capacities: [2]).solve([1, -Double.infinity], rows: 2) }
      ),
      (
        CombinatorialError(.labelOutOfRange(position: 1, label: 2, classes: 2), item: 0),
        {
          _ = try SparseAssignment(
            rows: 1, columns: 2, rowOffsets: [0, 2], columnIndices: [0, 2])
        }
      ),
      (
        CombinatorialError(.invalidCost(row: 1, column: 0, value: -.infinity), item: 0),
        {
          _ = try SparseAssignment(
            rows: 2, columns: 1, rowOffsets: [0, 1, 2], columnIndices: [0, 0]
          ).solve([1, -Double.infinity])
        }
      ),
      (
        CombinatorialError(.invalidUnmatchedCost(value: .infinity), item: 0),
        {
          _ = try Assignment().solve(
            [1], rows: 1, columns: 1, unmatchedRowCosts: [.infinity], unmatchedColumnCosts: [0])
        }
      ),
    ]
    for (error, body) in expected { #expect(throws: error, performing: body) }
  }
}
