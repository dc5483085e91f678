internal import CCombinatorialKernels

/// The kernel of bottleneck assignment.
package enum BottleneckAssignmentKernel {
  package struct Output: Sendable {
    package var value = 0.0
    package var criticalRow = 0
    package var columnOfRow: [Int32]
    package var rowOfColumn: [Int32]
    package var rowInViolator: [Bool]
    package var columnInViolator: [Bool]
  }

  /// Solves one problem with at least one row and at most as many rows as columns.
  ///
  /// - Parameter costs: `[rows, columns]`; the caller has checked the count.
  package static func solve(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(MatchingFailure) -> Output {
    var output = Output(
      columnOfRow: .init(repeating: -1, count: rows),
      rowOfColumn: .init(repeating: -1, count: columns),
      rowInViolator: .init(repeating: false, count: rows),
      columnInViolator: .init(repeating: false, count: columns))
    var fault = cl_fault()
    try solveMatching(
      workspaceSize: cl_bottleneck_assignment_workspace_size(rows, columns),
      position: { fault.row * columns + fault.column }
    ) {
      cl_bottleneck_assignment_solve(
        costs, rows, columns, $0, &output.value, &output.criticalRow, &output.columnOfRow,
        &output.rowOfColumn, &output.rowInViolator, &output.columnInViolator, &fault)
    }
    return output
  }
}
