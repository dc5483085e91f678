internal import CCombinatorialKernels

/// The kernel of assignment to columns that take several rows.
package enum SemiAssignmentKernel {
  package struct Output: Sendable {
    package var value = 0.0
    package var columnOfRow: [Int32]
    package var rowPotentials: [Double]
    package var columnPotentials: [Double]
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[rows, capacities.count]`; the caller has checked the count.
  ///   - capacities: Each at least 0.
  package static func solve(
    _ costs: [Double], rows: Int, capacities: [Int64]
  ) throws(MatchingFailure) -> Output {
    let columns = capacities.count
    var output = Output(
      columnOfRow: .init(repeating: -1, count: rows),
      rowPotentials: .init(repeating: 0, count: rows),
      columnPotentials: .init(repeating: 0, count: columns))
    var fault = cl_fault()
    try solveMatching(
      workspaceSize: cl_semi_assignment_workspace_size(rows, columns),
      position: { fault.row * columns + fault.column }
    ) {
      cl_semi_assignment_solve(
        costs, rows, columns, capacities, $0, &output.value, &output.columnOfRow,
        &output.rowPotentials, &output.columnPotentials, &fault)
    }
    return output
  }
}
