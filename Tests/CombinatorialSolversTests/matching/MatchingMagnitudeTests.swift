import CombinatorialSolvers
import TestSupport
import Testing

/// Costs so far apart that doubles cannot tell the answer: it is right, or the gap says what it may miss.
struct MatchingMagnitudeTests {
  /// Numbers of which some swallow the others.
  enum Family: CaseIterable {
    case exponents, highRows, highLines, mixed

    func cost(_ row: Int, _ column: Int, _ heights: [Double], _ random: inout SeededRandom)
      -> Double
    {
      let unit = Double.random(in: 0..<1, using: &random)
      switch self {
      case .exponents:
        let magnitude = Double(
          sign: .plus, exponent: .random(in: -996...996, using: &random), significand: 1 + unit)
        return Bool.random(using: &random) ? magnitude : -magnitude
      case .highRows: return row % 3 == 0 ? heights[row] + unit : unit
      case .highLines:
        return (row % 3 == 0 ? heights[row] : 0) + (column % 3 == 1 ? heights[column + 8] : 0)
          + unit
      case .mixed: return Int.random(in: 0..<3, using: &random) == 0 ? heights[column] * unit : unit
      }
    }

    func costs(_ rows: Int, _ columns: Int, _ random: inout SeededRandom) -> [Double] {
      let heights = (0..<16).map { _ in
        Double.random(in: 1..<10, using: &random) * [1e15, 1e16, 1e17].randomElement(
          using: &random)!
      }
      return (0..<rows * columns).map { cost($0 / columns, $0 % columns, heights, &random) }
    }
  }

  /// All matchings of min(rows, columns) pairs by their exact sums, the least first.
  private func sums(_ costs: [Double], _ rows: Int, _ columns: Int) -> [ExactSum] {
    var sums: [ExactSum] = []
    ExhaustiveAssignment.forEach(costs, rows: rows, columns: columns) { columnOfRow, _ in
      sums.append(sum(costs, columns, columnOfRow))
    }
    return sums.sorted()
  }

  private func sum(_ costs: [Double], _ columns: Int, _ columnOfRow: [Int32]) -> ExactSum {
    ExactSum(
      columnOfRow.enumerated().filter { $0.element >= 0 }.map {
        costs[$0.offset * columns + Int($0.element)]
      })
  }

  /// What one rounding of each matched cost makes.
  private func rounding(_ costs: [Double], _ columns: Int, _ columnOfRow: [Int32]) -> Double {
    let terms = columnOfRow.enumerated().filter { $0.element >= 0 }
      .map { abs(costs[$0.offset * columns + Int($0.element)]) }
    return terms.reduce(0, +) * Double(terms.count) * .ulpOfOne
  }

  private func sizes(_ random: inout SeededRandom) -> (Int, Int) {
    (.random(in: 1...5, using: &random), .random(in: 1...5, using: &random))
  }

  @Test(arguments: Family.allCases)
  func noAssignmentIsWrongWithASmallGap(family: Family) throws {
    var random = SeededRandom(seed: 1701)
    for trial in 0..<300 {
      let (rows, columns) = sizes(&random)
      let costs = family.costs(rows, columns, &random)
      let start = trial % 3 == 0 ? family.costs(1, columns, &random) : nil
      let solution = try Assignment().solve(
        costs, batch: 1, rows: rows, columns: columns, columnPotentials: start)[0]
      let excess = (sum(costs, columns, solution.columnOfRow) - sums(costs, rows, columns)[0]).value
      let allowed = rounding(costs, columns, solution.columnOfRow)
      #expect(excess <= solution.dualityGap, "\(family) trial \(trial)")
      #expect(excess <= allowed, "\(family) trial \(trial): \(costs)")
      let potentials = solution.rowPotentials + solution.columnPotentials
      let roundings = Double(rows + columns) * potentials.reduce(0) { max($0, abs($1)) } * .ulpOfOne
      #expect(solution.dualityGap <= roundings, "\(family) trial \(trial)")
    }
  }

  @Test(arguments: Family.allCases)
  func noRelativeIsWrongWithASmallGap(family: Family) throws {
    var random = SeededRandom(seed: 1703)
    for trial in 0..<200 {
      let (short, long) = (Int.random(in: 1...4, using: &random), 5)
      let costs = family.costs(short, long, &random)
      let least = sums(costs, short, long)[0]
      let sparse = try SparseAssignment(
        rows: short, columns: long, rowOffsets: (0...short).map { $0 * long },
        columnIndices: (0..<short * long).map { Int32($0 % long) }
      ).solve(costs)
      let semi = try SemiAssignment(capacities: .init(repeating: 1, count: long)).solve(
        costs, rows: short)
      for (columnOfRow, gap) in [
        (sparse.columnOfRow, sparse.dualityGap), (semi.columnOfRow, semi.dualityGap),
      ] {
        let excess = (sum(costs, long, columnOfRow) - least).value
        #expect(
          excess <= gap && excess <= rounding(costs, long, columnOfRow), "\(family) trial \(trial)")
      }
      #expect((sparse.columnPotentials + semi.columnPotentials).allSatisfy { $0 <= 0 })
    }
  }

  @Test(arguments: Family.allCases)
  func ranksAreThoseOfExactSums(family: Family) throws {
    var random = SeededRandom(seed: 1709)
    for trial in 0..<80 {
      let (rows, columns) = sizes(&random)
      let costs = family.costs(rows, columns, &random)
      let expected = sums(costs, rows, columns)
      let found = try RankedAssignment(count: 8).solve(costs, rows: rows, columns: columns)
      #expect(found.values.count == min(8, expected.count))
      for (partners, least) in zip(found.columnOfRow, expected) {
        let excess = abs((sum(costs, columns, partners) - least).value)
        #expect(excess <= 2 * rounding(costs, columns, partners), "\(family) trial \(trial)")
      }
    }
  }

  @Test(arguments: [(1.0, 1e17), (0.9, 1e16), (1.0, 1e300), (3.0, -1e18)])
  func potentialsFarFromTheCostsDoNotSwallowThem(cost: Double, potential: Double) throws {
    let solution = try Assignment().solve(
      [cost, 0, 0, cost], batch: 1, rows: 2, columns: 2,
      columnPotentials: [potential, potential])[0]
    #expect(solution.value == 0)
    #expect(solution.columnOfRow == [1, 0])
    #expect(solution.dualityGap == 0)
    let mirrored = try Assignment().solve(
      [-cost, 0, 0, -cost], batch: 1, rows: 2, columns: 2,
      columnPotentials: [potential, potential])[0]
    #expect(mirrored.value == -2 * cost)
  }

  @Test func invalidCostsAreNamedBesidePotentials() {
    #expect(
      throws: CombinatorialError(.invalidCost(row: 0, column: 1, value: -.infinity), item: 0)
    ) {
      try Assignment().solve(
        [1, -Double.infinity, 0, 1], batch: 1, rows: 2, columns: 2, columnPotentials: [0, 0])
    }
  }

  @Test func aCostNearTheGreatestDoubleIsRefusedOnlyIfTheAnswerRestsOnIt() throws {
    let aside = try Assignment().solve([1, 1.7e308, 1, 2], rows: 2, columns: 2)
    #expect(aside.value == 3)
    #expect(aside.dualityGap == 0)
    let refusal = CombinatorialError(.invalidCost(row: 0, column: 0, value: 1.7e308), item: 0)
    #expect(throws: refusal) {
      try Assignment().solve([1.7e308, 1.7e308, 1, 2], rows: 2, columns: 2)
    }
    #expect(throws: refusal) {
      try SemiAssignment(capacities: [1, 1]).solve([1.7e308, 1.7e308, 1, 2], rows: 2)
    }
    #expect(refusal.description.contains("2^1000"))
    #expect(throws: CombinatorialError(.invalidUnmatchedCost(value: 1e308), item: 0)) {
      try Assignment(unmatchedCost: 1e308).solve([1.0], rows: 1, columns: 1)
    }
  }

  @Test func noColumnPotentialOfALongerSideIsAboveZero() throws {
    let costs = [
      0.31765361526049674, 0.1831495095975697, 9007199254740992, 9007199254740992,
      9007199254740992, 1, 0.76118738204240799, 0.096574171679094434, 5,
    ]
    let solution = try SparseAssignment(
      rows: 4, columns: 5, rowOffsets: [0, 2, 5, 7, 9], columnIndices: [1, 2, 0, 2, 3, 0, 1, 1, 4]
    ).solve(costs)
    #expect(solution.columnPotentials.allSatisfy { $0 <= 0 })
    #expect(solution.dualityGap <= 1)
  }
}
