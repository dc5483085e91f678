import CCombinatorialKernels
import CombinatorialKernels
import TestSupport
import Testing

/// The kernels of assignment's relatives between canaries, with the proofs of what they find.
@Suite struct MatchingKernelTests {
  /// Rows and columns; no more rows than columns where a kernel asks for that.
  private static let sizes = [(1, 1), (1, 9), (3, 4), (5, 5), (8, 17), (16, 16), (33, 40)]
  private static let families = AssignmentFamily.allCases

  /// What kernel and wrapper found; nil if both find the problem infeasible.
  private func solved<Output, Wrapped>(
    _ found: MatchingMemory.Found<Output>, _ wrapped: Result<Wrapped, MatchingFailure>,
    _ comment: Comment
  ) throws -> (Output, Wrapped)? {
    #expect(found.fault == MatchingMemory.noFault, comment)
    if found.status == CL_STATUS_OK { return (found.output, try wrapped.get()) }
    #expect(found.status == CL_STATUS_INFEASIBLE, comment)
    #expect(throws: MatchingFailure.infeasible, comment) { try wrapped.get() }
    return nil
  }

  private func expectPotentials(
    _ u: [Double], _ v: [Double], _ costs: [Double], total: Double, value: Double,
    _ comment: Comment
  ) {
    // Sums of a family's costs are exact.
    #expect(total == value, comment)
    #expect(
      costs.indices.allSatisfy { u[$0 / v.count] + v[$0 % v.count] <= costs[$0] }, comment)
  }

  @Test(arguments: MatchingMemory.all, families)
  func semiAssignment(memory: MatchingMemory, family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 81)
    for (columns, rows) in Self.sizes + [(0, 0), (3, 0)] {
      let note: Comment = "\(rows)x\(columns)"
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let capacities = (0..<columns).map { _ in Int64.random(in: 0...4, using: &random) }
      let found = memory.semi(costs, rows: rows, capacities: capacities)
      let wrapped = Result { () throws(MatchingFailure) in
        try SemiAssignmentKernel.solve(costs, rows: rows, capacities: capacities)
      }
      guard let (output, same) = try solved(found, wrapped, note) else { continue }
      #expect(
        output
          == .init(
            value: same.value, columnOfRow: same.columnOfRow, rowPotentials: same.rowPotentials,
            columnPotentials: same.columnPotentials), note)
      var room = capacities
      for column in output.columnOfRow { room[Int(column)] -= 1 }
      #expect(room.allSatisfy { $0 >= 0 }, note)
      #expect(
        zip(room, output.columnPotentials).allSatisfy { $1 <= 0 && ($0 == 0 || $1 == 0) }, note)
      #expect(
        matchedCosts(output.columnOfRow, costs, columns: columns).reduce(0, +) == output.value)
      let total = zip(capacities, output.columnPotentials).reduce(
        output.rowPotentials.reduce(0, +)
      ) { $0 + Double($1.0) * $1.1 }
      expectPotentials(
        output.rowPotentials, output.columnPotentials, costs, total: total, value: output.value,
        note)
    }
  }

  @Test(arguments: MatchingMemory.all, families)
  func bottleneckAssignment(memory: MatchingMemory, family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 82)
    for (rows, columns) in Self.sizes {
      let note: Comment = "\(rows)x\(columns)"
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let found = memory.bottleneck(costs, rows: rows, columns: columns)
      let wrapped = Result { () throws(MatchingFailure) in
        try BottleneckAssignmentKernel.solve(costs, rows: rows, columns: columns)
      }
      guard let (output, same) = try solved(found, wrapped, note) else { continue }
      #expect(output.value == same.value && output.criticalRow == same.criticalRow, note)
      #expect(output.columnOfRow == same.columnOfRow, note)
      #expect(output.rowOfColumn == inverted(output.columnOfRow, columns: columns), note)
      let matched = matchedCosts(output.columnOfRow, costs, columns: columns)
      #expect(matched.count == rows && matched.max() == output.value, note)
      #expect(matched[output.criticalRow] == output.value, note)
      // Hall's condition is violated by the pairs below the value.
      #expect((output.rowInViolator + output.columnInViolator).allSatisfy { $0 <= 1 }, note)
      let inside = (0..<rows).filter { output.rowInViolator[$0] == 1 }
      let outside = (0..<columns).filter { output.columnInViolator[$0] == 0 }
      #expect(inside.count == columns - outside.count + 1, note)
      #expect(
        inside.allSatisfy { i in outside.allSatisfy { costs[i * columns + $0] >= output.value } },
        note)
    }
  }

  @Test(arguments: MatchingMemory.all, families)
  func rankedAssignment(memory: MatchingMemory, family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 83)
    for (rows, columns) in Self.sizes {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let shape = AssignmentShape(batch: 1, rows: rows, columns: columns)
      let plain = costs.withUnsafeBufferPointer { costs in
        Result { () throws(AssignmentFailure) in try AssignmentKernel.solve(costs, shape: shape) }
      }
      guard let best = try? plain.get() else { continue }
      for most in [1, 7, 30] {
        let note: Comment = "the best \(most) of \(rows)x\(columns)"
        let found = memory.ranked(
          costs, rows: rows, columns: columns, most: most, best: best.columnOfRow,
          potentials: best.columnPotentials)
        let same = try RankedAssignmentKernel.solve(
          costs, rows: rows, columns: columns, most: most,
          best: (best.columnOfRow, best.columnPotentials))
        let output = found.output
        #expect(found.status == CL_STATUS_OK && output.values == same.values, note)
        #expect(output.columnOfRow == same.columnOfRow, note)
        #expect(output.values.first == best.values[0], note)
        let assignments = (0..<output.values.count).map {
          Array(output.columnOfRow[$0 * rows..<($0 + 1) * rows])
        }
        #expect(Set(assignments).count == assignments.count, note)
        for (assignment, value) in zip(assignments, output.values) {
          let matched = matchedCosts(assignment, costs, columns: columns)
          #expect(Set(assignment).count == rows && matched.reduce(0, +) == value, note)
        }
        guard rows <= 5 else { continue }
        var every: [Double] = []
        ExhaustiveAssignment.forEach(costs, rows: rows, columns: columns) { every.append($1) }
        #expect(output.values.count == min(most, every.count), note)
        #expect(output.values.elementsEqual(every.sorted().prefix(most)), note)
      }
    }
  }

  @Test(arguments: MatchingMemory.all, families)
  func sparseAssignment(memory: MatchingMemory, family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 84)
    for (rows, columns) in Self.sizes + [(0, 0), (0, 3)] {
      let note: Comment = "\(rows)x\(columns)"
      let matrix = SparseCosts(of: family, rows: rows, columns: columns, using: &random)
      let (offsets, indices) = (matrix.offsets.map(Int64.init), matrix.columnIndices)
      let found = memory.sparse(
        offsets: offsets, indices: indices, costs: matrix.costs, columns: columns)
      let wrapped = Result { () throws(MatchingFailure) in
        try SparseAssignmentKernel.solve(
          offsets: offsets, columnIndices: indices, costs: matrix.costs, columns: columns)
      }
      guard let (output, same) = try solved(found, wrapped, note) else { continue }
      #expect(
        output
          == .init(
            value: same.value, entryOfRow: same.entryOfRow, rowOfColumn: same.rowOfColumn,
            rowPotentials: same.rowPotentials, columnPotentials: same.columnPotentials), note)
      let partners = output.entryOfRow.map { indices[Int($0)] }
      #expect(output.rowOfColumn == inverted(partners, columns: columns), note)
      #expect(
        matchedCosts(partners, matrix.dense, columns: columns).reduce(0, +) == output.value, note)
      expectPotentials(
        output.rowPotentials, output.columnPotentials, matrix.dense,
        total: (output.rowPotentials + output.columnPotentials).reduce(0, +), value: output.value,
        note)
    }
  }

  private func inverted(_ columnOfRow: [Int32], columns: Int) -> [Int32] {
    var rowOfColumn = [Int32](repeating: -1, count: columns)
    for (row, column) in columnOfRow.enumerated() { rowOfColumn[Int(column)] = Int32(row) }
    return rowOfColumn
  }
}
