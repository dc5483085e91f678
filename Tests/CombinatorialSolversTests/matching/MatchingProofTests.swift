import CombinatorialSolvers
import TestSupport
import Testing

/// Proofs must be able to fail: answers that were changed for worse ones have gaps that say by how much.
struct MatchingProofTests {
  private static let costs = [4.0, 1, 3, 2, 0, 5, 3, 2, 2]

  @Test func aWorseAssignmentHasAGap() throws {
    var batch = try Assignment().solve(Self.costs, batch: 1, rows: 3, columns: 3)
    #expect(batch[0].dualityGap == 0)
    batch.columnOfRow = [0, 1, 2]
    batch.rowOfColumn = [0, 1, 2]
    #expect(batch[0].dualityGap == 1)
    batch.columnPotentials[1] += 10
    #expect(batch[0].dualityGap >= 1)
  }

  @Test func aWorseSemiAssignmentHasAGap() throws {
    var batch = try SemiAssignment(capacities: [3, 3, 3]).solve(
      Self.costs, batch: 1, rows: 3, columns: 3)
    #expect(batch[0].dualityGap == 0 && batch.values == [3])
    batch.columnOfRow = [0, 1, 2]
    #expect(batch[0].dualityGap == 3)
  }

  @Test func aWorseSparseAssignmentHasAGap() throws {
    let problem = try SparseAssignment(
      rows: 3, columns: 3, rowOffsets: [0, 3, 6, 9], columnIndices: [0, 1, 2, 0, 1, 2, 0, 1, 2])
    var batch = try problem.solve(Self.costs, batch: 1)
    #expect(batch[0].dualityGap == 0)
    batch.columnOfRow = [0, 1, 2]
    batch.rowOfColumn = [0, 1, 2]
    batch.entryOfRow = [0, 4, 8]
    #expect(batch[0].dualityGap == 1)
  }

  @Test func aWorseBottleneckHasAGap() throws {
    var batch = try BottleneckAssignment().solve(Self.costs, batch: 1, rows: 3, columns: 3)
    #expect(batch[0].dualityGap == 0 && batch.values == [2])
    batch.columnOfRow = [0, 1, 2]
    batch.rowOfColumn = [0, 1, 2]
    #expect(batch[0].dualityGap == 2)
  }

  /// All six assignments are known.
  @Test func aMissingAssignmentOpensAGap() throws {
    let sums = [5.0, 6, 6, 7, 9, 11]
    for most in 1...8 {
      var batch = try RankedAssignment(count: most).solve(Self.costs, batch: 1, rows: 3, columns: 3)
      #expect(batch.counts == [min(most, 6)])
      #expect(batch[0].values == Array(sums.prefix(most)))
      #expect(batch[0].dualityGap == 0)
      guard most > 1 else { continue }
      // The best one twice.
      for row in 0..<3 { batch.columnOfRow[3 + row] = batch.columnOfRow[row] }
      #expect(batch[0].dualityGap == .infinity)
    }
    let all = try RankedAssignment(count: 6).solve(Self.costs, batch: 1, rows: 3, columns: 3)
    var some = try RankedAssignment(count: 2).solve(Self.costs, batch: 1, rows: 3, columns: 3)
    // The best and the last.
    for row in 0..<3 { some.columnOfRow[3 + row] = all.columnOfRow[15 + row] }
    #expect(some[0].dualityGap == sums[5] - sums[1])
    var few = try RankedAssignment(count: 8).solve(Self.costs, batch: 1, rows: 3, columns: 3)
    few.counts = [5]
    #expect(few[0].dualityGap == .infinity)
  }
}
