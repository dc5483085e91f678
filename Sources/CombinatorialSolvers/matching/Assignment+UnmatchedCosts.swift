internal import CombinatorialKernels

extension Assignment {
  /// Solves a problem in which every row and every column has a price of its own for staying unmatched,
  /// in place of ``unmatchedCost``.
  ///
  ///     z* = min  sum of matched costs + sum of the prices of all rows and columns that stay unmatched
  ///
  /// The potentials prove it: `u[i] <= unmatchedRowCosts[i]`, `v[j] <= unmatchedColumnCosts[j]`, with
  /// equality where unmatched, `u[i] + v[j] <= costs[i][j]` with equality where matched. dz*/dcosts is
  /// the matching, and dz* by a price is 1 where its row or column is unmatched, else 0.
  ///
  /// By reduction to the plain problem: every row gets a bin at its price, and of each column's costs its
  /// price is taken off, which it then costs in any case.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row; `+infinity` forbids a pair.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - unmatchedRowCosts: `[rows]`, finite.
  ///   - unmatchedColumnCosts: `[columns]`, finite.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, a price that is not finite, a wrong count.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int, unmatchedRowCosts: [Double],
    unmatchedColumnCosts: [Double]
  ) throws(CombinatorialError) -> AssignmentSolution {
    let shape = BatchShape(batch: 1, rows: rows, columns: columns)
    try shape.validate(costCount: costs.count)
    let prices = UnmatchedPrices(rows: unmatchedRowCosts, columns: unmatchedColumnCosts)
    try prices.validate(rows: rows, columns: columns)
    let (width, overflow) = columns.addingReportingOverflow(rows)
    let (cells, cellOverflow) = width.multipliedReportingOverflow(by: rows)
    guard !overflow, !cellOverflow, cells <= Int.max / 8 else {
      throw .sizeOverflow("a problem of \(rows) rows and \(columns) columns")
    }
    var binned = [Double](repeating: .infinity, count: cells)
    for row in 0..<rows {
      for column in 0..<columns {
        binned[row * width + column] = costs[row * columns + column] - prices.columns[column]
      }
      binned[row * width + columns + row] = prices.rows[row]
    }
    let plain = try Assignment(maxThreads: maxThreads).solve(binned, rows: rows, columns: width)
    return AssignmentSolution(emptying: plain, prices: prices, costs: costs)
  }
}

/// What staying unmatched costs each row and each column.
struct UnmatchedPrices: Sendable, Equatable {
  var rows: [Double]
  var columns: [Double]

  fileprivate func validate(rows rowCount: Int, columns columnCount: Int) throws(CombinatorialError)
  {
    guard rows.count == rowCount, columns.count == columnCount else {
      throw .shapeMismatch(
        expected: "\(rowCount) unmatched costs of rows and \(columnCount) of columns",
        found: "\(rows.count) and \(columns.count)")
    }
    if let price = (rows + columns).first(where: { !$0.isFinite }) {
      throw CombinatorialError(.invalidUnmatchedCost(value: price), item: 0)
    }
  }
}

extension AssignmentSolution {
  /// The solution of a problem with prices from that of its reduction.
  fileprivate init(emptying plain: AssignmentSolution, prices: UnmatchedPrices, costs: [Double]) {
    let columns = prices.columns.count
    columnOfRow = plain.columnOfRow.map { Int($0) < columns ? $0 : -1 }
    rowOfColumn = Array(plain.rowOfColumn.prefix(columns))
    rowPotentials = zip(plain.rowPotentials, prices.rows).map { min($0, $1) }
    columnPotentials = zip(plain.columnPotentials, prices.columns).map { $0 + $1 }
    var value = 0.0
    for (row, column) in columnOfRow.enumerated() {
      value += column < 0 ? prices.rows[row] : costs[row * columns + Int(column)]
    }
    for (column, row) in rowOfColumn.enumerated() where row < 0 { value += prices.columns[column] }
    self.value = value
    matrix = CostMatrix(
      .double(costs), item: 0, of: BatchShape(rows: prices.rows.count, columns: columns))
    unmatchedPrices = prices
  }
}
