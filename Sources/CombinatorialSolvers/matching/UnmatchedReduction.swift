internal import CombinatorialKernels

/// The plain problem in which no pair costs more than leaving both of its sides unmatched.
///
/// With one price X for all, n rows, m columns and k pairs that are matched, the others of the shorter side take a
/// partner for 2X:
///
///     sum of matched costs + 2X (min(n, m) - k) + X |m - n| = sum of matched costs + X (n + m - 2k).
///
/// With prices of each, those of the longer side are paid in advance: each is taken off the costs of its line, and a
/// pair that is none costs the price of the other side. Where those differences are rounded, and the answer is not
/// proved up to the rounding of what it pays, it is found in a square problem without any: every row has a bin, a
/// column at its price, every column likewise, and bins match each other for nothing.
///
/// A problem as wide as high has a column more, a partner for no one: so there is a longer side, whose potentials
/// are at most 0, and 0 where nothing is matched, and nothing need be shifted, hence rounded.
struct UnmatchedReduction {
  let shape: BatchShape
  let prices: UnmatchedPrices
  /// The shape of the plain problems.
  let plain: BatchShape
  /// Whether nothing is taken off: one price for all.
  private let isUniform: Bool

  private init(_ shape: BatchShape, _ prices: UnmatchedPrices, isUniform: Bool) {
    (self.shape, self.prices, self.isUniform) = (shape, prices, isUniform)
    let columnCounts = (0..<shape.batch).map { item in
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      return rows == columns && rows > 0 ? columns + 1 : columns
    }
    plain = BatchShape(
      batch: shape.batch, rows: shape.rows,
      columns: max(shape.columns, columnCounts.max() ?? 0), rowCounts: shape.rowCounts,
      columnCounts: columnCounts)
  }

  init(shape: BatchShape, prices: UnmatchedPrices) {
    self.init(shape, prices, isUniform: false)
  }

  /// - Parameter unmatchedCosts: `[batch]`.
  init(shape: BatchShape, unmatchedCosts: [Double]) throws(CombinatorialError) {
    self.init(shape, try UnmatchedPrices(ofAll: unmatchedCosts, shape), isUniform: true)
  }

  /// Whether the columns of an item are the longer side.
  private func isWide(_ item: Int) -> Bool { shape.columnCount(item) >= shape.rowCount(item) }

  /// What is taken off the cost of a pair, and the most that it may cost then.
  @inline(__always)
  private func terms(row: Int, column: Int, isWide: Bool) -> (paid: Double, most: Double) {
    if isUniform { return (0, 2 * prices.rows[row]) }
    return isWide
      ? (prices.columns[column], prices.rows[row]) : (prices.rows[row], prices.columns[column])
  }

  /// The costs of the plain problems.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func costs<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let stop = StopFlag.current
    var cells = [Double](repeating: .infinity, count: plain.batch * plain.itemCount)
    cells.withUnsafeMutableBufferPointer { cells in
      for item in 0..<shape.batch {
        for row in shape.rowRange(item) where stop?.isSet != true {
          cap(costs, row: row, of: item, into: cells)
        }
      }
    }
    try stop.check()
    return cells
  }

  @inline(__always)
  private func cap<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, row: Int, of item: Int,
    into cells: UnsafeMutableBufferPointer<Double>
  ) {
    let (from, to) = (row * shape.columns, row * plain.columns)
    let (isWide, own, count) = (isWide(item), prices.rows[row], shape.columnCount(item))
    prices.columns.withUnsafeBufferPointer { prices in
      for column in 0..<count {
        let other = isUniform ? 0 : prices[item * shape.columns + column]
        let (paid, most) = isUniform ? (0, 2 * own) : isWide ? (other, own) : (own, other)
        let cost = Double(costs[from + column]) - paid
        // NaN stays, to be refused.
        cells[to + column] = cost >= most ? most : cost
      }
    }
    if count < plain.columnCount(item) { cells[to + count] = isUniform ? 2 * own : own }
  }

  /// Whether a pair of the plain problem, in numbers of the batch, is one: it costs less than leaving both unmatched.
  func isPair<Scalar: CostScalar>(
    row: Int, column: Int, of item: Int, _ costs: UnsafeBufferPointer<Scalar>
  ) -> Bool {
    guard shape.columnRange(item).contains(column) else { return false }
    let (paid, most) = terms(row: row, column: column, isWide: isWide(item))
    return Double(costs[row * shape.columns + column - item * shape.columns]) - paid < most
  }

  /// What is added to potentials of the plain problem, which are then at most the prices.
  func shift(ofRow row: Int, in item: Int) -> Double {
    if isUniform { return isWide(item) ? -prices.rows[row] : prices.rows[row] }
    return isWide(item) ? 0 : prices.rows[row]
  }

  /// The same for columns.
  func shift(ofColumn column: Int, in item: Int) -> Double {
    if isUniform { return isWide(item) ? prices.columns[column] : -prices.columns[column] }
    return isWide(item) ? prices.columns[column] : 0
  }

  /// The costs of the square problem of an item, and its side.
  func squareCosts<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, _ item: Int
  ) throws(CombinatorialError) -> (costs: [Double], size: Int) {
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    let size = rows.count + columns.count
    let (cells, overflow) = size.multipliedReportingOverflow(by: size)
    guard !overflow, cells <= Int.max / 8 else {
      throw .sizeOverflow("an assignment problem of \(size) rows and \(size) columns")
    }
    let stop = StopFlag.current
    var square = [Double](repeating: .infinity, count: cells)
    for (row, from) in rows.enumerated() {
      try stop.check()
      for column in 0..<columns.count {
        square[row * size + column] = Double(costs[from * shape.columns + column])
      }
      square[row * size + columns.count + row] = prices.rows[from]
    }
    for (column, from) in columns.enumerated() {
      let bin = (rows.count + column) * size
      square[bin + column] = prices.columns[from]
      for row in 0..<rows.count { square[bin + columns.count + row] = 0 }
    }
    return (square, size)
  }

  /// Whether what was taken off the costs of an item has rounded any.
  func hasRounded<Scalar: CostScalar>(
    _ item: Int, _ costs: UnsafeBufferPointer<Scalar>
  ) -> Bool {
    guard !isUniform else { return false }
    let (isWide, firstColumn) = (isWide(item), item * shape.columns)
    for row in shape.rowRange(item) {
      for column in 0..<shape.columnCount(item) {
        let cost = Double(costs[row * shape.columns + column])
        let (paid, _) = terms(row: row, column: firstColumn + column, isWide: isWide)
        if cost != .infinity, roundoff(of: cost - paid, cost, paid) != 0 { return true }
      }
    }
    return false
  }
}
