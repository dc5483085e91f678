internal import CCombinatorialKernels
internal import CombinatorialKernels

/// An optimal sparse assignment with the potentials that prove it.
public struct SparseAssignmentSolution: OptimalSolution {
  /// z*: the sum of the matched costs.
  public let value: Double
  /// `[rows]`: the entry by which each row is matched, -1 where it is not: dz*/dcosts is 1 there.
  public let entryOfRow: [Int]
  /// `[rows]`: the column of each row, -1 where unmatched.
  public let columnOfRow: [Int32]
  /// `[columns]`: the row of each column, -1 where unmatched.
  public let rowOfColumn: [Int32]
  /// `[rows]`: the dual solution u of the rows.
  public let rowPotentials: [Double]
  /// `[columns]`: the dual solution v of the columns. `u[i] + v[j] <= costs[e]` for every entry, with
  /// equality on matched ones; those of a longer side are at most 0, and 0 where unmatched.
  public let columnPotentials: [Double]

  let compressed: CompressedRows
  /// The costs, a list of all entries.
  let matrix: CostMatrix

  private enum CodingKeys: CodingKey {
    case value, entryOfRow, columnOfRow, rowOfColumn, rowPotentials, columnPotentials
  }

  /// dz*/dcosts: 1 for the matched entries, 0 for the others.
  public var gradient: [Double] {
    indicator(of: entryOfRow.filter { $0 >= 0 }, count: compressed.indices.count)
  }

  /// What the assignment may cost more than the best one: the sum of its costs, without rounding, less the
  /// dual objective that the potentials of the longer side prove (in square problems, of the columns). 0 up
  /// to the rounding of the potentials, and the solution is optimal.
  ///
  /// Complexity: O(entries + rows + columns), at each call.
  public var dualityGap: Double {
    guard matrix.isKept else { return .infinity }
    let isOnItsSide = compressed.source != nil
    let potentials = isOnItsSide ? rowPotentials : columnPotentials
    var gap = MatchingGap()
    for line in 0..<compressed.offsets.count - 1 {
      let own = entryOfRow[isOnItsSide ? Int(rowOfColumn[line]) : line]
      let reduced = compressed.range(of: line).lazy.map { place in
        MatchingGap.Reduced(
          cost: matrix[compressed.entry(place)],
          potential: potentials[Int(compressed.indices[place])])
      }
      let other = isOnItsSide ? Int(rowOfColumn[line]) : Int(columnOfRow[line])
      gap.add(own: .init(cost: matrix[own], potential: potentials[other]), others: reduced)
    }
    guard rowPotentials.count != columnPotentials.count else { return gap.value }
    for (potential, partner) in zip(potentials, isOnItsSide ? columnOfRow : rowOfColumn) {
      gap.add(potential: potential, used: partner < 0 ? 0 : 1, capacity: 1, price: 0)
    }
    return gap.value
  }
}

/// The solutions of a batch. Each is a ``SparseAssignmentSolution``; the arrays of all are at hand too.
public struct SparseAssignmentBatch: SolvedBatch {
  /// `[batch, rows]`: the entry by which each row is matched, -1 where it is not.
  public package(set) var entryOfRow: [Int]
  /// `[batch, rows]`: the column of each row, -1 where unmatched.
  public package(set) var columnOfRow: [Int32]
  /// `[batch, columns]`: the row of each column, -1 where unmatched.
  public package(set) var rowOfColumn: [Int32]
  /// `[batch, rows]`: row potentials.
  public package(set) var rowPotentials: [Double]
  /// `[batch, columns]`: column potentials.
  public package(set) var columnPotentials: [Double]

  /// The shape is that of a row of entries for each problem.
  package var results: BatchResults
  private let rows, columns: Int
  private let compressed: CompressedRows

  init(shape: BatchShape, rows: Int, columns: Int, _ compressed: CompressedRows) {
    (self.rows, self.columns, self.compressed) = (rows, columns, compressed)
    results = BatchResults(shape)
    entryOfRow = .init(repeating: -1, count: shape.batch * rows)
    columnOfRow = .init(repeating: -1, count: shape.batch * rows)
    rowOfColumn = .init(repeating: -1, count: shape.batch * columns)
    rowPotentials = .init(repeating: 0, count: shape.batch * rows)
    columnPotentials = .init(repeating: 0, count: shape.batch * columns)
  }

  /// Solves every problem, from as many costs as there are.
  mutating func solve(
    _ costs: CostInput, maxThreads: Int?
  ) throws(KernelRefusal) {
    let (rows, columns, compressed, count) = (rows, columns, compressed, shape.itemCount)
    let (short, long) = (Swift.min(rows, columns), Swift.max(rows, columns))
    let run = BatchRun(
      count: shape.batch, minimumSlice: Swift.max(1, 2048 / Swift.max(1, count)),
      workspaceSize: cl_sparse_assignment_workspace_size(short, long), maxThreads: maxThreads)
    try results.values.withSharedOutput { values throws(KernelRefusal) in
      try withSharedOutputs(
        &entryOfRow, &columnOfRow, &rowOfColumn, &rowPotentials, &columnPotentials
      ) {
        entryOfRow, columnOfRow, rowOfColumn, rowPotentials, columnPotentials throws(KernelRefusal)
        in
        try run.forEachItem { item, workspace, fault in
          let (row, column) = (item * rows, item * columns)
          let output = SparseOutput(
            value: values.from(item), entryOfRow: entryOfRow.from(row),
            columnOfRow: columnOfRow.from(row), rowOfColumn: rowOfColumn.from(column),
            rowPotentials: rowPotentials.from(row), columnPotentials: columnPotentials.from(column))
          return compressed.solve(
            costs, from: item * count, columns: long, workspace, output, &fault)
        }
      }
    }
  }

  /// The matched entries of one problem.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for entry in entryOfRow[item * rows..<(item + 1) * rows] where entry >= 0 { body(entry, 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> SparseAssignmentSolution {
    let (rows, columns) = (
      item * rows..<(item + 1) * rows, item * columns..<(item + 1) * columns
    )
    return SparseAssignmentSolution(
      value: values[item], entryOfRow: entryOfRow.part(rows),
      columnOfRow: columnOfRow.part(rows), rowOfColumn: rowOfColumn.part(columns),
      rowPotentials: rowPotentials.part(rows),
      columnPotentials: columnPotentials.part(columns), compressed: compressed,
      matrix: results.costs(item))
  }
}
