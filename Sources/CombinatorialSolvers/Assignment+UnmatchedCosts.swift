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
  /// price is taken off, which it then costs in any case. Where those differences are rounded, and the
  /// answer is not proved up to the rounding of what it pays, it is found in a square problem without any.
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
    let shape = AssignmentShape(batch: 1, rows: rows, columns: columns)
    try shape.validate(costCount: costs.count)
    let prices = UnmatchedPrices(rows: unmatchedRowCosts, columns: unmatchedColumnCosts)
    try prices.validate(rows: rows, columns: columns)
    let (width, overflow) = columns.addingReportingOverflow(rows)
    let (cells, cellOverflow) = width.multipliedReportingOverflow(by: rows)
    guard !overflow, !cellOverflow, cells <= Int.max / 8 else {
      throw .sizeOverflow("a problem of \(rows) rows and \(columns) columns")
    }
    var binned = [Double](repeating: .infinity, count: cells)
    var isExact = true
    for row in 0..<rows {
      for column in 0..<columns {
        let (cost, price) = (costs[row * columns + column], prices.columns[column])
        let difference = cost - price
        binned[row * width + column] = difference
        isExact = isExact && (cost == .infinity || roundoff(of: difference, cost, price) == 0)
      }
      binned[row * width + columns + row] = prices.rows[row]
    }
    let plain = try Assignment(maxThreads: maxThreads).solve(binned, rows: rows, columns: width)
    let solution = AssignmentSolution(
      emptying: plain, shift: 0, columnShifts: prices.columns, prices: prices, costs: costs)
    if isExact || solution.isProved(prices) { return solution }
    return try solveSquare(costs, prices: prices)
  }

  /// No price is taken off any cost: every column too has a bin, a row at its price, and bins match each
  /// other for nothing.
  ///
  /// With the greatest potential b of the rows' bins, u + b and v - b are potentials of the problem itself,
  /// lowered to the prices: those of the bins of rows are at most b, those of columns at most -b.
  private func solveSquare(
    _ costs: [Double], prices: UnmatchedPrices
  ) throws(CombinatorialError) -> AssignmentSolution {
    let (rows, columns) = (prices.rows.count, prices.columns.count)
    let size = rows + columns
    let (cells, overflow) = size.multipliedReportingOverflow(by: size)
    guard !overflow, cells <= Int.max / 8 else {
      throw .sizeOverflow("a problem of \(rows) rows and \(columns) columns")
    }
    var square = [Double](repeating: .infinity, count: cells)
    for row in 0..<rows {
      for column in 0..<columns { square[row * size + column] = costs[row * columns + column] }
      square[row * size + columns + row] = prices.rows[row]
    }
    for column in 0..<columns {
      let bin = (rows + column) * size
      square[bin + column] = prices.columns[column]
      for row in 0..<rows { square[bin + columns + row] = 0 }
    }
    let plain = try Assignment(maxThreads: maxThreads).solve(square, rows: size, columns: size)
    let shift = plain.columnPotentials[columns...].max() ?? 0
    return AssignmentSolution(
      emptying: plain, shift: shift, columnShifts: .init(repeating: -shift, count: columns),
      prices: prices, costs: costs)
  }
}

/// What staying unmatched costs each row and each column.
struct UnmatchedPrices: Sendable {
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
      throw .invalidUnmatchedCost(batch: 0, value: price)
    }
  }
}

extension AssignmentSolution {
  /// The solution of a problem with prices from that of its reduction, whose potentials are those of the
  /// problem less the shifts.
  fileprivate init(
    emptying plain: AssignmentSolution, shift: Double, columnShifts: [Double],
    prices: UnmatchedPrices, costs: [Double]
  ) {
    let (rows, columns) = (prices.rows.count, prices.columns.count)
    columnOfRow = plain.columnOfRow.prefix(rows).map { Int($0) < columns ? $0 : -1 }
    rowOfColumn = plain.rowOfColumn.prefix(columns).map { Int($0) < rows ? $0 : -1 }
    rowPotentials = zip(plain.rowPotentials, prices.rows).map { min($0 + shift, $1) }
    columnPotentials = zip(zip(plain.columnPotentials, columnShifts), prices.columns).map {
      min($0.0 + $0.1, $1)
    }
    matrix = CostMatrix(storage: .double(costs), offset: 0, rowStride: columns)
    unmatchedPrices = prices
    value = Self.paid(columnOfRow, rowOfColumn, prices, matrix).reduce(0, +)
  }

  /// What is paid: for each row the cost of its pair or its price, then the prices of unmatched columns.
  private static func paid(
    _ columnOfRow: [Int32], _ rowOfColumn: [Int32], _ prices: UnmatchedPrices, _ matrix: CostMatrix
  ) -> [Double] {
    columnOfRow.enumerated().map { row, column in
      column < 0 ? prices.rows[row] : matrix[row, Int(column)]
    } + zip(rowOfColumn, prices.columns).filter { $0.0 < 0 }.map(\.1)
  }

  /// Whether no other assignment costs less by more than the rounding of a sum of what is paid.
  fileprivate func isProved(_ prices: UnmatchedPrices) -> Bool {
    let paid = Self.paid(columnOfRow, rowOfColumn, prices, matrix)
    return dualityGap <= Double(paid.count) * .ulpOfOne * paid.reduce(0) { $0 + abs($1) }
  }
}
