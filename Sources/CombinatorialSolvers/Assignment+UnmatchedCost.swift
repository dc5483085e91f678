internal import CombinatorialKernels

extension Assignment {
  /// Assignments in which rows and columns may stay unmatched at a cost X, by reduction to the plain
  /// problem.
  ///
  /// Every row gets a bin of its own, a column that only this row may take, at cost 2X: with k pairs
  /// matched, n rows and m columns,
  ///
  ///     sum of matched costs + 2X (n - k) + X (m - n) = sum of matched costs + X (n + m - 2k).
  func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: AssignmentShape, unmatchedCosts: [Double]
  ) throws(AssignmentFailure) -> AssignmentOutput {
    let binned = AssignmentShape(
      batch: shape.batch, rows: shape.rows, columns: shape.columns + shape.rows,
      rowCounts: (0..<shape.batch).map(shape.rowCount),
      columnCounts: (0..<shape.batch).map { shape.columnCount($0) + shape.rowCount($0) })
    let (cells, overflow) = binned.columns.multipliedReportingOverflow(
      by: binned.rows * binned.batch)
    guard !overflow else { throw .tooLarge(rows: binned.rows, columns: binned.columns) }

    var binnedCosts = [Double](repeating: .infinity, count: cells)
    for item in 0..<shape.batch {
      for row in 0..<shape.rowCount(item) {
        let from = (item * shape.rows + row) * shape.columns
        let to = (item * binned.rows + row) * binned.columns
        for column in 0..<shape.columnCount(item) {
          binnedCosts[to + column] = Double(costs[from + column])
        }
        binnedCosts[to + shape.columnCount(item) + row] = 2 * unmatchedCosts[item]
      }
    }
    let plain = try binnedCosts.withUnsafeBuffer { costs throws(AssignmentFailure) in
      try AssignmentKernel.solve(costs, shape: binned, maxThreads: maxThreads)
    }
    return AssignmentOutput(
      emptying: plain, of: binned, into: shape, unmatchedCosts: unmatchedCosts)
  }
}

extension AssignmentOutput {
  /// The solution of a problem with unmatched costs X from that of its reduction.
  ///
  /// The plain potentials u', v' become symmetric, u[i] = min(u'[i], 2X) - X and v[j] = v'[j] + X, so
  /// that u <= X, v <= X, u + v <= costs, and their sum is the value.
  fileprivate init(
    emptying plain: AssignmentOutput, of binned: AssignmentShape, into shape: AssignmentShape,
    unmatchedCosts: [Double]
  ) {
    self.init(shape: shape)
    for item in 0..<shape.batch {
      let unmatchedCost = unmatchedCosts[item]
      let rows = shape.rowCount(item)
      let columns = shape.columnCount(item)
      values[item] = plain.values[item] + unmatchedCost * Double(columns - rows)
      for row in 0..<rows {
        let at = item * shape.rows + row
        let column = plain.columnOfRow[at]
        columnOfRow[at] = column < columns ? column : -1
        rowPotentials[at] = min(plain.rowPotentials[at], 2 * unmatchedCost) - unmatchedCost
      }
      for column in 0..<columns {
        let from = item * binned.columns + column
        rowOfColumn[item * shape.columns + column] = plain.rowOfColumn[from]
        columnPotentials[item * shape.columns + column] =
          plain.columnPotentials[from] + unmatchedCost
      }
    }
  }
}
