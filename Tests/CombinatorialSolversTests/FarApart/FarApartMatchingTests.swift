import CombinatorialSolvers
import TestSupport
import Testing

/// Relatives of the assignment against all of their matchings, in exact sums.
struct FarApartMatchingTests {
  /// Every choice of a column for each row, column j at most `capacities[j]` times: the exact sums.
  private static func sums(_ costs: [Double], rows: Int, capacities: [Int]) -> [ExactSum] {
    var sums: [ExactSum] = []
    func visit(_ row: Int, _ room: [Int], _ sum: ExactSum) {
      guard row < rows else { return sums.append(sum) }
      for column in room.indices where room[column] > 0 {
        let cost = costs[row * room.count + column]
        guard cost < .infinity else { continue }
        var (room, sum) = (room, sum)
        room[column] -= 1
        sum += cost
        visit(row + 1, room, sum)
      }
    }
    visit(0, capacities, ExactSum())
    return sums
  }

  private static func verdict(
    _ terms: [Double]?, value: Double, gap: Double, least: ExactSum?, potentials: [Double]
  ) -> FarApart.Verdict {
    FarApart.verdict(
      terms, value: value, gap: gap, least: least, potentials: potentials.count,
      greatest: (potentials + (terms ?? [])).reduce(0) { max($0, abs($1)) })
  }

  @Test func semiAssignments() {
    FarApart.check("SemiAssignment") { numbers in
      let (rows, columns) = (1 + numbers.below(4), 1 + numbers.below(4))
      let costs = numbers.costs(rows * columns)
      let capacities = (0..<columns).map { _ in numbers.below(4) }
      let least = Self.sums(costs, rows: rows, capacities: capacities).min()
      return try FarApart.judge(least: least) {
        let solution = try SemiAssignment(capacities: capacities).solve(costs, rows: rows)
        let used = solution.columnOfRow.reduce(into: [Int](repeating: 0, count: columns)) {
          $0[Int($1)] += 1
        }
        let terms = matchedCosts(solution.columnOfRow, costs, columns: columns)
        let isOne =
          zip(used, capacities).allSatisfy { $0 <= $1 } && terms.count == rows
          && terms.allSatisfy(\.isFinite)
        return Self.verdict(
          isOne ? terms : nil, value: solution.value, gap: solution.dualityGap, least: least,
          potentials: solution.rowPotentials + solution.columnPotentials)
      }
    }
  }

  @Test func sparseAssignments() {
    FarApart.check("SparseAssignment") { numbers in
      let (rows, columns) = (1 + numbers.below(5), 1 + numbers.below(5))
      var (offsets, indices, costs) = ([0], [Int32](), [Double]())
      var dense = [Double](repeating: .infinity, count: rows * columns)
      for row in 0..<rows {
        for column in numbers.shuffled(Array(0..<columns)) {
          // Some pairs are missing, some are there twice.
          for _ in 0..<[0, 1, 1, 1, 2][numbers.below(5)] {
            let cost = numbers.cost()
            (indices, costs) = (indices + [Int32(column)], costs + [cost])
            dense[row * columns + column] = min(dense[row * columns + column], cost)
          }
        }
        offsets.append(costs.count)
      }
      var sums: [ExactSum] = []
      ExhaustiveAssignment.forEach(dense, rows: rows, columns: columns) { columnOfRow, _ in
        sums.append(ExactSum(matchedCosts(columnOfRow, dense, columns: columns)))
      }
      let problem = try SparseAssignment(
        rows: rows, columns: columns, rowOffsets: offsets, columnIndices: indices)
      return try FarApart.judge(least: sums.min()) {
        let solution = try problem.solve(costs)
        let entries = solution.entryOfRow.enumerated().filter { $1 >= 0 }
        let terms = entries.map { costs[$1] }
        let isMatching =
          entries.allSatisfy { offsets[$0] <= $1 && $1 < offsets[$0 + 1] }
          && Set(entries.map { indices[$1] }).count == min(rows, columns)
          && terms.count == min(rows, columns) && terms.allSatisfy(\.isFinite)
        return Self.verdict(
          isMatching ? terms : nil, value: solution.value, gap: solution.dualityGap,
          least: sums.min(), potentials: solution.rowPotentials + solution.columnPotentials)
      }
    }
  }

  /// Costs are compared, never added: no rounding is allowed.
  @Test func bottleneckAssignments() {
    FarApart.check("BottleneckAssignment") { numbers in
      let (rows, columns) = (1 + numbers.below(5), 1 + numbers.below(5))
      let costs = numbers.costs(rows * columns)
      var least: Double?
      ExhaustiveAssignment.forEach(costs, rows: rows, columns: columns) { columnOfRow, _ in
        guard let most = matchedCosts(columnOfRow, costs, columns: columns).max() else { return }
        least = min(least ?? most, most)
      }
      return try FarApart.judge(least: least.map { ExactSum([$0]) }) {
        let solution = try BottleneckAssignment().solve(costs, rows: rows, columns: columns)
        let matched = matchedCosts(solution.columnOfRow, costs, columns: columns)
        let partners = solution.columnOfRow.filter { $0 >= 0 }
        guard Set(partners).count == min(rows, columns), partners.count == min(rows, columns),
          matched.max() == solution.value
        else { return .wrong("no matching of value \(solution.value)") }
        let isProved =
          solution.blockRows.count + solution.blockColumns.count == max(rows, columns) + 1
          && solution.blockRows.allSatisfy { row in
            solution.blockColumns.allSatisfy { costs[row * columns + $0] >= solution.value }
          }
        guard isProved else { return .wrong("no proof of \(solution.value)") }
        return solution.value == least
          ? .right : .wrong("\(solution.value), least \(least ?? .nan)")
      }
    }
  }
}
