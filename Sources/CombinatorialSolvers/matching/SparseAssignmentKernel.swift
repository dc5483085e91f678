internal import CCombinatorialKernels

/// The kernel of assignment over sparse costs.
package enum SparseAssignmentKernel {
  package struct Output: Sendable {
    package var value = 0.0
    package var entryOfRow: [Int64]
    package var rowOfColumn: [Int32]
    package var rowPotentials: [Double]
    package var columnPotentials: [Double]
  }

  /// Solves one problem with at most as many rows as columns.
  ///
  /// - Parameters:
  ///   - offsets: `[rows + 1]`, ascending from 0 to the number of entries.
  ///   - columnIndices: The column of each entry, `0 ..< columns`; the caller has checked them.
  ///   - costs: The cost of each entry.
  package static func solve(
    offsets: [Int64], columnIndices: [Int32], costs: [Double], columns: Int
  ) throws(MatchingFailure) -> Output {
    let rows = offsets.count - 1
    var output = Output(
      entryOfRow: .init(repeating: -1, count: rows),
      rowOfColumn: .init(repeating: -1, count: columns),
      rowPotentials: .init(repeating: 0, count: rows),
      columnPotentials: .init(repeating: 0, count: columns))
    var fault = cl_fault()
    try solveMatching(
      workspaceSize: cl_sparse_assignment_workspace_size(rows, columns), position: { fault.column }
    ) { workspace in
      offsets.withUnsafeBufferPointer { offsets in
        columnIndices.withUnsafeBufferPointer { indices in
          costs.withUnsafeBufferPointer { costs in
            var matrix = cl_sparse_costs(
              rows: rows, columns: columns, offsets: offsets.baseAddress,
              column: indices.baseAddress, cost: costs.baseAddress)
            return cl_sparse_assignment_solve(
              &matrix, workspace, &output.value, &output.entryOfRow, &output.rowOfColumn,
              &output.rowPotentials, &output.columnPotentials, &fault)
          }
        }
      }
    }
    return output
  }
}
