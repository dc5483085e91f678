internal import CCombinatorialKernels

/// The kernel that ranks assignments.
package enum RankedAssignmentKernel {
  package struct Output: Sendable {
    /// `[count]`
    package var values: [Double]
    /// `[count, rows]`
    package var columnOfRow: [Int32]
  }

  /// The best assignments of a problem with at least one row and at most as many rows as columns.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, none of them NaN or -infinity.
  ///   - most: How many to find, at least 1.
  ///   - best: An optimal assignment, `[rows]`, and its column potentials, `[columns]`.
  package static func solve(
    _ costs: [Double], rows: Int, columns: Int, most: Int,
    best: (columnOfRow: [Int32], potentials: [Double])
  ) throws(MatchingFailure) -> Output {
    let (cells, overflow) = most.multipliedReportingOverflow(by: max(rows, columns))
    guard !overflow, cells <= Int.max / 64 else { throw .tooLarge }
    var values = [Double](repeating: 0, count: most)
    var columnOfRow =
      best.columnOfRow + [Int32](repeating: -1, count: (most - 1) * rows)
    var potentials = best.potentials + [Double](repeating: 0, count: (most - 1) * columns)
    var count = 0
    try solveMatching(workspaceSize: cl_ranked_assignment_workspace_size(rows, columns, most)) {
      cl_ranked_assignment_solve(
        costs, rows, columns, most, $0, &values, &columnOfRow, &potentials, &count)
    }
    return Output(
      values: Array(values.prefix(count)), columnOfRow: Array(columnOfRow.prefix(count * rows)))
  }
}
