internal import CCombinatorialKernels
public import CombinatorialKernels

/// The linear assignment problem over sparse costs: most pairs are forbidden, and only the others are
/// listed, row by row (CSR).
///
///     z* = min  sum of costs[e]  over min(rows, columns) entries e, no two in a row or in a column
///
///     let pairs = try SparseAssignment(
///       rows: 2, columns: 2, rowOffsets: [0, 2, 3], columnIndices: [0, 1, 0])
///     try pairs.solve([4, 1, 2]).columnOfRow  // [1, 0]
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
public struct SparseAssignment: ListProblem, Hashable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `[rows + 1]`: the entries of row i are `rowOffsets[i] ..< rowOffsets[i + 1]`.
  public let rowOffsets: [Int]
  /// The column of each entry, in any order within a row.
  public let columnIndices: [Int32]

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  private let compressed: CompressedRows

  /// A problem with the given entries.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - rowOffsets: `[rows + 1]`, ascending from 0 to the number of entries.
  ///   - columnIndices: The column of each entry.
  ///   - maxThreads: The most threads that a batch may use; nil: as many as there are cores.
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``, and
  ///   ``CombinatorialError/Reason/labelOutOfRange(position:label:classes:)`` for a column that there is
  ///   not.
  public init(
    rows: Int, columns: Int, rowOffsets: [Int], columnIndices: [Int32], maxThreads: Int? = nil
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
      throw CombinatorialError(
        .labelOutOfRange(
          position: entry, label: Int(columnIndices[entry]), classes: columns), item: 0)
    }
    (self.rows, self.columns, self.rowOffsets) = (rows, columns, rowOffsets)
    (self.columnIndices, self.maxThreads) = (columnIndices, maxThreads)
    let listed = CompressedRows(offsets: rowOffsets.map(Int64.init), indices: columnIndices)
    compressed = rows <= columns ? listed : listed.transposed(columns: columns)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> SparseAssignmentBatch {
    try shape.validate(costCount: costs.count, ofList: columnIndices.count, kind: "entry")
    var solutions = SparseAssignmentBatch(shape: shape, rows: rows, columns: columns, compressed)
    do throws(KernelRefusal) {
      try solutions.solve(CostInput(costs), maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(error, size: "a sparse problem of \(rows) rows, \(columns) columns")
      {
        let entry = compressed.source?[$0.column] ?? $0.column
        let value = Double(costs[$0.item * columnIndices.count + entry])
        return .invalidCost(row: row(of: entry), column: Int(columnIndices[entry]), value: value)
      }
    }
    return solutions
  }

  private func row(of entry: Int) -> Int {
    (0..<rows).first { rowOffsets[$0 + 1] > entry } ?? rows
  }
}

/// The structure as the kernel reads it, with at most as many rows as columns.
struct CompressedRows: Sendable, Hashable {
  var offsets: [Int64]
  var indices: [Int32]
  /// Where each entry stands in the caller's order; nil: in its place.
  var source: [Int]?

  /// The places of a line's entries.
  func range(of line: Int) -> Range<Int> { Int(offsets[line])..<Int(offsets[line + 1]) }

  /// The caller's entry at a place.
  func entry(_ place: Int) -> Int { source?[place] ?? place }

  /// Solves one problem, whose costs are in the caller's order.
  func solve(
    _ costs: CostInput, from first: Int, columns: Int, _ workspace: UnsafeMutableRawPointer,
    _ output: SparseOutput, _ fault: inout cl_fault
  ) -> cl_status {
    guard !costs.isFloat, source == nil, let own = costs.from(first) else {
      let ordered = indices.indices.map { costs[first + entry($0)] }
      return solve(ordered, columns: columns, workspace, output, &fault)
    }
    return solve(
      own.assumingMemoryBound(to: Double.self), columns: columns, workspace, output, &fault)
  }

  private func solve(
    _ costs: UnsafePointer<Double>, columns: Int, _ workspace: UnsafeMutableRawPointer,
    _ output: SparseOutput, _ fault: inout cl_fault
  ) -> cl_status {
    let isOnItsSide = source != nil
    var places = [Int64](repeating: -1, count: offsets.count - 1)
    let status = offsets.withUnsafeBufferPointer { offsets in
      indices.withUnsafeBufferPointer { indices in
        var matrix = cl_sparse_costs(
          rows: offsets.count - 1, columns: columns, offsets: offsets.baseAddress,
          column: indices.baseAddress, cost: costs)
        return cl_sparse_assignment_solve(
          &matrix, workspace, output.value, &places,
          isOnItsSide ? output.columnOfRow : output.rowOfColumn,
          isOnItsSide ? output.columnPotentials : output.rowPotentials,
          isOnItsSide ? output.rowPotentials : output.columnPotentials, &fault)
      }
    }
    guard status == CL_STATUS_OK else { return status }
    for (line, place) in places.enumerated() {
      let other = Int(indices[Int(place)])
      output.entryOfRow?[isOnItsSide ? other : line] = entry(Int(place))
      if isOnItsSide {
        output.rowOfColumn?[line] = Int32(other)
      } else {
        output.columnOfRow?[line] = Int32(other)
      }
    }
    return status
  }

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

/// Where the answer of one problem goes.
struct SparseOutput {
  let value: UnsafeMutablePointer<Double>?
  let entryOfRow: UnsafeMutablePointer<Int>?
  let columnOfRow, rowOfColumn: UnsafeMutablePointer<Int32>?
  let rowPotentials, columnPotentials: UnsafeMutablePointer<Double>?
}
