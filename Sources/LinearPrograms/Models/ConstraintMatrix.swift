/// The matrix A of a linear program: float64, compressed by columns, rows ascending in each.
///
/// Entries that are named twice are added up, and zeros are left out. Sizes and the number of entries
/// are limited to `Int32.max`, as the solver's are.
public struct ConstraintMatrix: Sendable, Hashable {
  /// The number of constraints.
  public let rows: Int
  /// The number of variables.
  public let columns: Int
  /// `[columns + 1]`: where each column starts among the entries.
  public let columnStarts: [Int32]
  /// `[entries]`: the row of each entry.
  public let rowIndices: [Int32]
  /// `[entries]`: the coefficient of each entry.
  public let values: [Double]

  /// The number of coefficients that are not 0.
  public var entryCount: Int { values.count }

  /// A matrix from all its coefficients.
  ///
  /// - Parameters:
  ///   - dense: `[rows, columns]`, row by row.
  ///   - rows: Constraints.
  ///   - columns: Variables.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`, `.invalidCoefficient`.
  public init(dense: [Double], rows: Int, columns: Int) throws(LinearProgramError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, dense.count == count else {
      throw .shapeMismatch(
        expected: "coefficients for \(rows) rows and \(columns) columns", found: "\(dense.count)")
    }
    let outcome = dense.withUnsafeBufferPointer { buffer in
      Result { () throws(LinearProgramError) in
        try ConstraintMatrix(dense: buffer, rows: rows, columns: columns)
      }
    }
    self = try outcome.get()
  }

  /// A matrix from triplets in any order.
  ///
  /// - Throws: `LinearProgramError.indexOutOfRange`, `.sizeOverflow`, `.invalidCoefficient`.
  public init(
    rows: Int, columns: Int, entries: [(row: Int, column: Int, value: Double)]
  ) throws(LinearProgramError) {
    for (position, entry) in entries.enumerated()
    where !(0 <= entry.row && entry.row < rows && 0 <= entry.column && entry.column < columns) {
      throw .indexOutOfRange(
        position: position, row: entry.row, column: entry.column, rows: rows, columns: columns)
    }
    try self.init(rows: rows, columns: columns, maximumCount: entries.count) { emit in
      for entry in entries { emit(entry.row, entry.column, entry.value) }
    }
  }

  /// A matrix compressed by columns (CSC).
  ///
  /// - Parameters:
  ///   - rows: Constraints.
  ///   - columnStarts: `[columns + 1]`: where each column starts in the other two arrays.
  ///   - rowIndices: The row of each entry.
  ///   - values: The coefficient of each entry.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.indexOutOfRange`, `.sizeOverflow`,
  ///   `.invalidCoefficient`.
  public init(
    rows: Int, columnStarts: [Int], rowIndices: [Int], values: [Double]
  ) throws(LinearProgramError) {
    try self.init(
      starts: columnStarts, indices: rowIndices, values: values, limit: rows, isByRow: false)
  }

  /// A matrix compressed by rows (CSR).
  ///
  /// - Parameters:
  ///   - columns: Variables.
  ///   - rowStarts: `[rows + 1]`: where each row starts in the other two arrays.
  ///   - columnIndices: The column of each entry.
  ///   - values: The coefficient of each entry.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.indexOutOfRange`, `.sizeOverflow`,
  ///   `.invalidCoefficient`.
  public init(
    columns: Int, rowStarts: [Int], columnIndices: [Int], values: [Double]
  ) throws(LinearProgramError) {
    try self.init(
      starts: rowStarts, indices: columnIndices, values: values, limit: columns, isByRow: true)
  }

  /// A matrix compressed by rows or by columns, whose entries have columns or rows below a limit.
  private init(
    starts: [Int], indices: [Int], values: [Double], limit: Int, isByRow: Bool
  ) throws(LinearProgramError) {
    guard let first = starts.first, let last = starts.last, first == 0, last == values.count,
      indices.count == values.count, zip(starts, starts.dropFirst()).allSatisfy(<=)
    else {
      throw .shapeMismatch(
        expected:
          "\(isByRow ? "row" : "column") starts that ascend from 0 to the number of entries",
        found: "\(starts.count) starts, \(indices.count) indices, \(values.count) values")
    }
    let lines = starts.count - 1
    let (rows, columns) = isByRow ? (lines, limit) : (limit, lines)
    func place(_ line: Int, _ index: Int) -> (row: Int, column: Int) {
      isByRow ? (line, index) : (index, line)
    }
    for line in 0..<lines {
      for position in starts[line]..<starts[line + 1]
      where !(0..<limit).contains(indices[position]) {
        let (row, column) = place(line, indices[position])
        throw .indexOutOfRange(
          position: position, row: row, column: column, rows: rows, columns: columns)
      }
    }
    try self.init(rows: rows, columns: columns, maximumCount: values.count) { emit in
      for line in 0..<lines {
        for position in starts[line]..<starts[line + 1] {
          let (row, column) = place(line, indices[position])
          emit(row, column, values[position])
        }
      }
    }
  }

  /// Sorts what `visit` emits, twice over, by column and then by row; adds up equal positions.
  ///
  /// All positions that are emitted must lie inside the matrix.
  init(
    rows: Int, columns: Int, maximumCount: Int,
    visiting visit: ((_ row: Int, _ column: Int, _ value: Double) -> Void) -> Void
  ) throws(LinearProgramError) {
    guard (0..<Int(Int32.max)).contains(rows), (0..<Int(Int32.max)).contains(columns),
      maximumCount <= Int(Int32.max)
    else { throw .sizeOverflow("a matrix of \(rows) rows and \(columns) columns") }
    var sorter = EntrySorter(columns: columns)
    sorter.reserve(maximumCount)
    var fault: LinearProgramError?
    visit { row, column, value in
      if !value.isFinite, fault == nil {
        fault = .invalidCoefficient(batch: 0, row: row, column: column, value: value)
      }
      if value != 0 { sorter.append(row: row, column: column, value: value) }
    }
    if let fault { throw fault }
    let sorted = sorter.compressed()
    (self.rows, self.columns) = (rows, columns)
    (columnStarts, rowIndices, values) = (sorted.starts, sorted.rows, sorted.values)
  }

  /// A matrix from entries that are finite, not 0, and in the order of columns and of rows in each.
  package init(ordered values: [Double], rowIndices: [Int32], columnStarts: [Int32], rows: Int) {
    (self.rows, columns) = (rows, columnStarts.count - 1)
    (self.columnStarts, self.rowIndices, self.values) = (columnStarts, rowIndices, values)
  }

  /// As ``init(dense:rows:columns:)``, of a buffer that has the right size.
  init<Scalar: BinaryFloatingPoint>(
    dense: UnsafeBufferPointer<Scalar>, rows: Int, columns: Int
  ) throws(LinearProgramError) {
    guard dense.count <= Int(Int32.max) else {
      throw .sizeOverflow("a matrix of \(rows) rows and \(columns) columns")
    }
    var starts = [Int32](repeating: 0, count: columns + 1)
    for row in 0..<rows {
      for column in 0..<columns {
        let value = dense[row * columns + column]
        guard value.isFinite else {
          throw .invalidCoefficient(batch: 0, row: row, column: column, value: Double(value))
        }
        if value != 0 { starts[column + 1] += 1 }
      }
    }
    for column in 0..<columns { starts[column + 1] += starts[column] }
    let count = Int(starts[columns])
    var next = starts
    var indices = [Int32](repeating: 0, count: count)
    var values = [Double](repeating: 0, count: count)
    for row in 0..<rows {
      for column in 0..<columns where dense[row * columns + column] != 0 {
        let position = Int(next[column])
        next[column] += 1
        indices[position] = Int32(row)
        values[position] = Double(dense[row * columns + column])
      }
    }
    (self.rows, self.columns) = (rows, columns)
    (columnStarts, rowIndices, self.values) = (starts, indices, values)
  }
}
