internal import CombinatorialKernels

/// The plain problem in which every row has a bin of its own, a column for twice the price X that only this row may
/// take: each way to leave rows unmatched is one assignment.
///
/// With n rows, m columns and k pairs that are matched,
///
///     sum of matched costs + 2X (n - k) + X (m - n) = sum of matched costs + X (n + m - 2k).
struct RowBins {
  let shape: BatchShape
  /// The shape of the plain problems.
  let binned: BatchShape
  private let price: Double

  init(shape: BatchShape, price: Double) throws(CombinatorialError) {
    guard UnmatchedPrices.isPrice(price) else {
      throw CombinatorialError(.invalidUnmatchedCost(value: price), item: shape.batch > 0 ? 0 : nil)
    }
    (self.shape, self.price) = (shape, price)
    binned = BatchShape(
      batch: shape.batch, rows: shape.rows, columns: shape.columns + shape.rows,
      rowCounts: shape.rowCounts,
      columnCounts: (0..<shape.batch).map { shape.columnCount($0) + shape.rowCount($0) })
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
      let columns = shape.columnCount(item)
      for (line, row) in shape.rowRange(item).enumerated() {
        try stop.check()
        let (from, to) = (row * shape.columns, row * binned.columns)
        for column in 0..<columns { plain[to + column] = Double(costs[from + column]) }
        plain[to + columns + line] = 2 * price
      }
    }
    return plain
  }
}
