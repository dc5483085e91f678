internal import CombinatorialKernels

/// The costs of a batch: `[batch, rows, columns]`, of which item b uses its first `rowCounts[b]` rows and
/// `columnCounts[b]` columns. The rest is padding: it is never read, and its gradient is 0.
///
/// One problem is a batch of one. Costs of a list, one for each arc, edge or element, are a matrix of one row. A
/// problem with several costs for each row and column has them in channels: `[batch, channels, rows, columns]`.
public struct BatchShape: Sendable, Hashable {
  /// The number of problems.
  public var batch: Int
  /// Matrices of every problem.
  public var channels: Int
  /// Rows of every problem, padding included.
  public var rows: Int
  /// Columns of every problem, padding included.
  public var columns: Int
  /// `[batch]`: rows in use; nil: all.
  public var rowCounts: [Int]?
  /// `[batch]`: columns in use; nil: all.
  public var columnCounts: [Int]?

  /// A shape, which solvers check.
  public init(
    batch: Int = 1, channels: Int = 1, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) {
    (self.batch, self.channels, self.rows) = (batch, channels, rows)
    (self.columns, self.rowCounts, self.columnCounts) = (columns, rowCounts, columnCounts)
  }

  /// Rows in use.
  public func rowCount(_ item: Int) -> Int { rowCounts?[item] ?? rows }

  /// Columns in use.
  public func columnCount(_ item: Int) -> Int { columnCounts?[item] ?? columns }

  /// Costs of one problem, padding included.
  public var itemCount: Int { channels * rows * columns }

  /// The rows of an item that are in use, among those of the batch.
  func rowRange(_ item: Int) -> Range<Int> { item * rows..<item * rows + rowCount(item) }

  /// The columns of an item that are in use, among those of the batch.
  func columnRange(_ item: Int) -> Range<Int> {
    item * columns..<item * columns + columnCount(item)
  }

  /// Items that are worth a slice of their own, if `costs` costs are some 20 microseconds of work.
  package func minimumSlice(costs: Int) -> Int { max(1, costs / max(1, itemCount)) }

  /// Checks that the sizes are sizes, that `costCount` numbers fill them, and that counts lie within.
  ///
  /// - Throws: ``CombinatorialError``: `shapeMismatch`, `sizeOverflow`, `lengthOutOfRange`.
  public func validate(
    costCount: Int, channels expected: Int? = 1
  ) throws(CombinatorialError) {
    guard batch >= 0, channels >= 0, rows >= 0, columns >= 0 else {
      throw .shapeMismatch(expected: "sizes of at least 0", found: "\(extents)")
    }
    if let expected, channels != expected {
      throw .shapeMismatch(
        expected: expected == 1 ? "costs [batch, rows, columns]" : "\(expected) channels of costs",
        found: "\(channels) channels")
    }
    guard let count = columns.times(rows)?.times(channels)?.times(batch) else {
      throw .sizeOverflow("a cost tensor of shape \(extents)")
    }
    guard costCount == count else {
      throw .shapeMismatch(expected: "\(count) costs for shape \(extents)", found: "\(costCount)")
    }
    try Self.check(rowCounts, named: "row counts", batch: batch, limit: rows)
    try Self.check(columnCounts, named: "column counts", batch: batch, limit: columns)
  }

  /// For errors: all that are not for one channel.
  private var extents: [Int] { [batch] + (channels == 1 ? [] : [channels]) + [rows, columns] }

  /// Checks that every problem has a list of `count` costs, all in use.
  func validate(
    costCount: Int, ofList count: Int, kind: String
  ) throws(CombinatorialError) {
    guard (channels, rows) == (1, 1), columns == count || batch == 0 else {
      throw .shapeMismatch(
        expected: "\(count) costs, one for each \(kind)", found: "\(columns)")
    }
    guard rowCounts == nil, columnCounts == nil else {
      throw .shapeMismatch(expected: "costs for each \(kind) of every problem", found: "lengths")
    }
    try validate(costCount: costCount)
  }

  /// Checks lengths of a ragged batch.
  package static func check(
    _ lengths: [Int]?, named name: String, batch: Int, limit: Int
  ) throws(CombinatorialError) {
    guard let lengths else { return }
    guard lengths.count == batch else {
      throw .shapeMismatch(
        expected: "\(batch) \(name), one for each batch item", found: "\(lengths.count)")
    }
    if let item = lengths.firstIndex(where: { !(0...limit).contains($0) }) {
      throw CombinatorialError(
        .lengthOutOfRange(length: lengths[item], limit: limit), item: item)
    }
  }

  /// Calls `body` with the counts where slices of the batch may read them.
  func withCounts<Result, Failure: Error>(
    _ body: ((rows: SharedInput<Int>, columns: SharedInput<Int>)) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withSharedInput(of: rowCounts) { rows throws(Failure) in
      try withSharedInput(of: columnCounts) { columns throws(Failure) in
        try body((rows, columns))
      }
    }
  }
}

extension Int {
  /// The product; nil if there is no such number.
  fileprivate func times(_ other: Int) -> Int? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}
