internal import CombinatorialKernels

extension Assignment {
  /// Assignments in which rows and columns may stay unmatched at a cost X, by reduction to the plain
  /// problem.
  ///
  /// Every row gets a bin of its own, a column that only this row may take, at cost 2X: with k pairs
  /// matched, n rows and m columns,
  ///
  ///     sum of matched costs + 2X (n - k) + X (m - n) = sum of matched costs + X (n + m - 2k).
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, unmatchedCosts: [Double]
  ) throws(CombinatorialError) -> AssignmentBatch {
    guard unmatchedCosts.count == shape.batch else {
      throw .shapeMismatch(
        expected: "\(shape.batch) unmatched costs, one for each batch item",
        found: "\(unmatchedCosts.count)")
    }
    // Twice an unmatched cost is a cost.
    if let item = unmatchedCosts.firstIndex(where: { !(abs($0) <= 0x1p999) }) {
      throw CombinatorialError(.invalidUnmatchedCost(value: unmatchedCosts[item]), item: item)
    }
    let binned = BatchShape(
      batch: shape.batch, rows: shape.rows, columns: shape.columns + shape.rows,
      rowCounts: (0..<shape.batch).map(shape.rowCount),
      columnCounts: (0..<shape.batch).map { shape.columnCount($0) + shape.rowCount($0) })
    let (cells, overflow) = binned.columns.multipliedReportingOverflow(
      by: binned.rows * binned.batch)
    guard !overflow else {
      throw .sizeOverflow(
        "an assignment problem of \(binned.rows) rows and \(binned.columns) columns")
    }

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
    var plain = AssignmentBatch(shape: binned)
    try binnedCosts.withUnsafeBuffer { costs throws(CombinatorialError) in
      try plain.solve(costs, maxThreads: maxThreads)
    }
    return AssignmentBatch(
      emptying: plain, of: binned, into: shape, unmatchedCosts: unmatchedCosts)
  }
}

extension AssignmentBatch {
  /// The solution of a problem with unmatched costs X from that of its reduction.
  ///
  /// The plain potentials u', v' become symmetric, u[i] = min(u'[i], 2X) - X and v[j] = v'[j] + X, so
  /// that u <= X, v <= X, u + v <= costs, and their sum is the value.
  fileprivate init(
    emptying plain: AssignmentBatch, of binned: BatchShape, into shape: BatchShape,
    unmatchedCosts: [Double]
  ) {
    self.init(shape: shape)
    unmatchedPrices = (0..<shape.batch).map { item in
      UnmatchedPrices(
        rows: .init(repeating: unmatchedCosts[item], count: shape.rowCount(item)),
        columns: .init(repeating: unmatchedCosts[item], count: shape.columnCount(item)))
    }
    for item in 0..<shape.batch {
      let unmatchedCost = unmatchedCosts[item]
      let rows = shape.rowCount(item)
      let columns = shape.columnCount(item)
      values[item] = plain.values[item] + unmatchedCost * Double(columns - rows)
      for row in 0..<rows {
        let at = item * shape.rows + row
        let column = plain.columnOfRow[at]
        columnOfRow[at] = column < columns ? column : -1
        rowPotentials[at] = Swift.min(plain.rowPotentials[at], 2 * unmatchedCost) - unmatchedCost
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
