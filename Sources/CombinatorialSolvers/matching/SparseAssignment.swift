internal import CombinatorialKernels

/// The linear assignment problem over sparse costs: most pairs are forbidden, and only the others are
/// listed, row by row (CSR).
///
///     z* = min  sum of costs[e]  over min(rows, columns) entries e, no two in a row or in a column
///
/// The structure is fixed, the costs vary: one value of this type solves any costs of its entries.
/// Without as many pairs as the shorter side has, the problem is infeasible. An entry of cost
/// `+infinity` is as good as absent; if a pair is listed twice, the cheaper entry counts.
///
/// Ties: the answer depends on the structure and the costs alone.
///
/// Complexity: O(n e log m) for n = min(rows, columns), m = max(rows, columns) and e entries, and far
/// less where augmenting paths are short; memory O(e + rows + columns).
///
/// R. Jonker, A. Volgenant, Computing 38 (1987), doi:10.1007/BF02278710.
public struct SparseAssignment: Sendable, Hashable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `[rows + 1]`: the entries of row i are `rowOffsets[i] ..< rowOffsets[i + 1]`.
  public let rowOffsets: [Int]
  /// The column of each entry, in any order within a row.
  public let columnIndices: [Int32]

  private let compressed: CompressedRows

  /// A problem with the given entries.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - rowOffsets: `[rows + 1]`, ascending from 0 to the number of entries.
  ///   - columnIndices: The column of each entry.
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``, and
  ///   ``CombinatorialError/labelOutOfRange(batch:position:label:classes:)`` for a column that there is
  ///   not.
  public init(
    rows: Int, columns: Int, rowOffsets: [Int], columnIndices: [Int32]
  ) throws(CombinatorialError) {
    guard rows >= 0, columns >= 0, rows < .max else {
      throw .shapeMismatch(expected: "sizes of at least 0", found: "[\(rows), \(columns)]")
    }
    guard rowOffsets.count == rows + 1, rowOffsets.first == 0,
      rowOffsets.last == columnIndices.count,
      zip(rowOffsets, rowOffsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw .shapeMismatch(
        expected: "\(rows + 1) row offsets ascending from 0 to \(columnIndices.count)",
        found: "\(rowOffsets.count), from \(rowOffsets.first ?? 0) to \(rowOffsets.last ?? 0)")
    }
    if let entry = columnIndices.firstIndex(where: { $0 < 0 || Int($0) >= columns }) {
      throw .labelOutOfRange(
        batch: 0, position: entry, label: Int(columnIndices[entry]), classes: columns)
    }
    self.rows = rows
    self.columns = columns
    self.rowOffsets = rowOffsets
    self.columnIndices = columnIndices
    let listed = CompressedRows(offsets: rowOffsets.map(Int64.init), indices: columnIndices)
    compressed = rows <= columns ? listed : listed.transposed(columns: columns)
  }

  /// Solves the problem for the given costs.
  ///
  /// - Parameter costs: The cost of each entry.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
  public func solve(_ costs: [Double]) throws(CombinatorialError) -> SparseAssignmentSolution {
    guard costs.count == columnIndices.count else {
      throw .shapeMismatch(
        expected: "\(columnIndices.count) costs, one for each entry", found: "\(costs.count)")
    }
    let ordered = compressed.source.map { source in source.map { costs[$0] } } ?? costs
    do throws(MatchingFailure) {
      let output = try SparseAssignmentKernel.solve(
        offsets: compressed.offsets, columnIndices: compressed.indices, costs: ordered,
        columns: max(rows, columns))
      return solution(output, costs: ordered)
    } catch {
      switch error {
      case .invalidCost(let position):
        let entry = compressed.source?[position] ?? position
        throw .invalidCost(
          batch: 0, row: row(of: entry), column: Int(columnIndices[entry]), value: costs[entry])
      case .infeasible: throw .infeasible(batch: 0)
      case .tooLarge: throw .sizeOverflow("a sparse problem of \(rows) rows, \(columns) columns")
      }
    }
  }

  private func row(of entry: Int) -> Int {
    (0..<rows).first { rowOffsets[$0 + 1] > entry } ?? rows
  }

  private func solution(
    _ output: SparseAssignmentKernel.Output, costs: [Double]
  ) -> SparseAssignmentSolution {
    var entryOfRow = [Int](repeating: -1, count: rows)
    for (row, entry) in output.entryOfRow.enumerated() {
      if let source = compressed.source {
        entryOfRow[Int(compressed.indices[Int(entry)])] = source[Int(entry)]
      } else {
        entryOfRow[row] = Int(entry)
      }
    }
    let isTransposed = compressed.source != nil
    return SparseAssignmentSolution(
      value: output.value, entryOfRow: entryOfRow,
      columnOfRow: entryOfRow.map { $0 < 0 ? -1 : columnIndices[$0] },
      rowPotentials: isTransposed ? output.columnPotentials : output.rowPotentials,
      columnPotentials: isTransposed ? output.rowPotentials : output.columnPotentials,
      proof: SparseProof(
        compressed: compressed, costs: costs, entryOfRow: output.entryOfRow,
        potentials: output.columnPotentials))
  }
}

/// An optimal sparse assignment with the potentials that prove it.
public struct SparseAssignmentSolution: Sendable {
  /// z*: the sum of the matched costs.
  public let value: Double
  /// `[rows]`: the entry by which each row is matched, -1 where it is not: dz*/dcosts is 1 there.
  public let entryOfRow: [Int]
  /// `[rows]`: the column of each row, -1 where unmatched.
  public let columnOfRow: [Int32]
  /// `[rows]`: the dual solution u of the rows.
  public let rowPotentials: [Double]
  /// `[columns]`: the dual solution v of the columns. `u[i] + v[j] <= costs[e]` for every entry, with
  /// equality on matched ones; those of a longer side are at most 0, and 0 where unmatched.
  public let columnPotentials: [Double]

  fileprivate let proof: SparseProof

  /// What the assignment may cost more than the best one: the sum of its costs, without rounding, less the
  /// dual objective that the potentials of the longer side prove (in square problems, of the columns). 0 up
  /// to the rounding of the potentials, and the solution is optimal.
  ///
  /// Complexity: O(entries + rows + columns), at each call.
  public var dualityGap: Double { proof.gap }
}

/// What the kernel solved, with at most as many rows as columns.
private struct SparseProof: Sendable {
  let compressed: CompressedRows
  let costs: [Double]
  let entryOfRow: [Int64]
  let potentials: [Double]

  var gap: Double {
    var gap = MatchingGap()
    var used = [Int](repeating: 0, count: potentials.count)
    for (row, own) in entryOfRow.enumerated() {
      let entries = Int(compressed.offsets[row])..<Int(compressed.offsets[row + 1])
      gap.add(own: reduced(Int(own)), others: entries.lazy.map(reduced))
      used[Int(compressed.indices[Int(own)])] += 1
    }
    guard entryOfRow.count < potentials.count else { return gap.value }
    for (potential, used) in zip(potentials, used) {
      gap.add(potential: potential, used: used, capacity: 1, price: 0)
    }
    return gap.value
  }

  private func reduced(_ entry: Int) -> MatchingGap.Reduced {
    MatchingGap.Reduced(
      cost: costs[entry], potential: potentials[Int(compressed.indices[entry])])
  }
}

/// The structure as the kernel reads it, with at most as many rows as columns.
private struct CompressedRows: Sendable, Hashable {
  var offsets: [Int64]
  var indices: [Int32]
  /// Where each entry stands in the caller's order; nil: in its place.
  var source: [Int]?

  func transposed(columns: Int) -> CompressedRows {
    var starts = [Int64](repeating: 0, count: columns + 1)
    for column in indices { starts[Int(column) + 1] += 1 }
    for column in 0..<columns { starts[column + 1] += starts[column] }
    var next = starts
    var rows = [Int32](repeating: 0, count: indices.count)
    var source = [Int](repeating: 0, count: indices.count)
    for row in 0..<offsets.count - 1 {
      for entry in Int(offsets[row])..<Int(offsets[row + 1]) {
        let place = Int(next[Int(indices[entry])])
        next[Int(indices[entry])] += 1
        rows[place] = Int32(row)
        source[place] = entry
      }
    }
    return CompressedRows(offsets: starts, indices: rows, source: source)
  }
}
