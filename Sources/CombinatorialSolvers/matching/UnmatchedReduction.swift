internal import CombinatorialKernels

/// The plain problem in which every row has a bin of its own, a column that only this row may take.
///
/// With one price X for all, a bin costs 2X: with k pairs matched, n rows and m columns,
///
///     sum of matched costs + 2X (n - k) + X (m - n) = sum of matched costs + X (n + m - 2k).
///
/// With prices of each, a bin costs the row's, and of each column's costs its price is taken off, which it
/// then costs in any case. Where those differences are rounded, and the answer is not proved up to the rounding
/// of what it pays, it is found in a square problem without any: every column too has a bin, a row at its price,
/// and bins match each other for nothing.
struct UnmatchedReduction {
  /// What is taken off the costs of a column.
  enum Gift { case nothing, pricesOfColumns }

  let shape: BatchShape
  let prices: UnmatchedPrices
  let gift: Gift
  /// The shape of the plain problems.
  let binned: BatchShape

  /// Twice a price is a cost.
  static func isPrice(_ price: Double) -> Bool { abs(price) <= 0x1p999 }

  init(shape: BatchShape, prices: UnmatchedPrices, gives gift: Gift) {
    (self.shape, self.prices, self.gift) = (shape, prices, gift)
    binned = BatchShape(
      batch: shape.batch, rows: shape.rows, columns: shape.columns + shape.rows,
      rowCounts: (0..<shape.batch).map(shape.rowCount),
      columnCounts: (0..<shape.batch).map { shape.columnCount($0) + shape.rowCount($0) })
  }

  /// - Parameter unmatchedCosts: `[batch]`.
  init(shape: BatchShape, unmatchedCosts: [Double]) throws(CombinatorialError) {
    guard unmatchedCosts.count == shape.batch else {
      throw .shapeMismatch(
        expected: "\(shape.batch) unmatched costs, one for each batch item",
        found: "\(unmatchedCosts.count)")
    }
    if let item = unmatchedCosts.firstIndex(where: { !Self.isPrice($0) }) {
      throw CombinatorialError(.invalidUnmatchedCost(value: unmatchedCosts[item]), item: item)
    }
    let prices = UnmatchedPrices(
      rows: unmatchedCosts.flatMap { [Double](repeating: $0, count: shape.rows) },
      columns: unmatchedCosts.flatMap { [Double](repeating: $0, count: shape.columns) })
    self.init(shape: shape, prices: prices, gives: .nothing)
  }

  /// The costs of the plain problems.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func costs<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let (cells, overflow) = binned.columns.multipliedReportingOverflow(
      by: binned.rows * binned.batch)
    guard !overflow, cells <= Int.max / 8 else {
      throw .sizeOverflow(
        "an assignment problem of \(binned.rows) rows and \(binned.columns) columns")
    }
    let stop = StopFlag.current
    var plain = [Double](repeating: .infinity, count: cells)
    for item in 0..<shape.batch {
      let ofColumns = item * shape.columns
      for row in item * shape.rows..<item * shape.rows + shape.rowCount(item) {
        try stop.check()
        let (from, to) = (row * shape.columns, row * binned.columns)
        for column in 0..<shape.columnCount(item) {
          let off = gift == .nothing ? 0 : prices.columns[ofColumns + column]
          plain[to + column] = Double(costs[from + column]) - off
        }
        plain[to + shape.columnCount(item) + row - item * shape.rows] = bin(of: row)
      }
    }
    return plain
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
    _ item: Int, _ costs: UnsafeBufferPointer<Scalar>, to plain: [Double]
  ) -> Bool {
    guard gift == .pricesOfColumns else { return false }
    return shape.rowRange(item).contains { row in
      (0..<shape.columnCount(item)).contains { column in
        let cost = Double(costs[row * shape.columns + column])
        let price = prices.columns[item * shape.columns + column]
        let difference = plain[row * binned.columns + column]
        return cost != .infinity && roundoff(of: difference, cost, price) != 0
      }
    }
  }

  /// What the bin of a row of the batch costs.
  func bin(of row: Int) -> Double { gift == .nothing ? 2 * prices.rows[row] : prices.rows[row] }

  /// An error with the cost as the caller gave it.
  func error<Scalar: CostScalar>(
    _ error: CombinatorialError, costs: UnsafeBufferPointer<Scalar>
  ) -> CombinatorialError {
    guard case .invalidCost(let row, let column, _) = error.reason, let item = error.item,
      row < shape.rowCount(item), column < shape.columnCount(item)
    else { return error }
    let value = Double(costs[(item * shape.rows + row) * shape.columns + column])
    return CombinatorialError(.invalidCost(row: row, column: column, value: value), item: item)
  }

  /// What is added to the value of the plain problem, with one price for all: X (m - n).
  func surplus(of item: Int) -> Double {
    let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
    guard rows + columns > 0 else { return 0 }
    let price = rows > 0 ? prices.rows[item * shape.rows] : prices.columns[item * shape.columns]
    return price * Double(columns - rows)
  }
}
