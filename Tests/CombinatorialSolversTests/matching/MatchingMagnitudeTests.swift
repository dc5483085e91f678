import CombinatorialSolvers
import Testing

/// Costs so far apart that doubles cannot tell the answer: it is right, or refused.
struct MatchingMagnitudeTests {
  /// Ranks of small values, beside one great cost that only the first two pay, are in their order all the same.
  @Test func ranksBesideAGreatCostAreInOrder() throws {
    let (low, high) = (7.1207678047358058e-06, 7.1207682239560199e-06)
    let ranked = try RankedAssignment(count: 6).solve(
      [low, high, high, high, 0.92631254252046347, -26867.156433105469], rows: 2, columns: 3)
    #expect(ranked.values.count == 6 && ranked.values == ranked.values.sorted())
    #expect(ranked.values[4] == low + 0.92631254252046347)
  }

  /// 2 and 1 less the price of the column, which is matched, are equal in double.
  @Test func pricesHideNoCosts() throws {
    let solution = try Assignment().solve(
      [2, 1] as [Double], rows: 2, columns: 1, unmatchedRowCosts: [0, 0],
      unmatchedColumnCosts: [1e20])
    #expect(solution.columnOfRow == [-1, 0] && solution.rowOfColumn == [1])
    #expect(solution.value == 1 && solution.dualityGap <= 0x1p-50)
  }

  /// Of a ragged batch one problem is solved again, in a square; the others keep their answers.
  @Test func pricesHideNoCostsOfABatch() throws {
    let nan = Double.nan
    let batch = try Assignment().solve(
      [1, nan, 5, nan, 2, nan, 1, nan, 3, 3, nan, nan], batch: 3, rows: 2, columns: 2,
      rowCounts: [2, 2, 1], columnCounts: [1, 1, 2], unmatchedRowCosts: [2, 3, 0, 0, 9, nan],
      unmatchedColumnCosts: [4, nan, 1e20, nan, 1, 2])
    #expect(batch.columnOfRow == [0, -1, -1, 0, 1, -1])
    #expect(batch.rowOfColumn == [0, -1, 1, -1, -1, 0])
    #expect(batch.values == [4, 1, 4] && batch.allSatisfy { $0.dualityGap <= 0x1p-50 })
  }

  /// Rounded in the order of the rows, the second would come first.
  @Test func ranksAreThoseOfExactSums() throws {
    let inf = Double.infinity
    let costs = [0.25, 1e16, inf, inf, 0.25, 1, -1e16, inf, 0]
    let found = try RankedAssignment(count: 3).solve(costs, rows: 3, columns: 3)
    #expect(found.values == [0.5, 1] && found.columnOfRow[0] == [0, 1, 2])
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
