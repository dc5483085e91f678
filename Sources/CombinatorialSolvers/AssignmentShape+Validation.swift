internal import CombinatorialKernels

extension AssignmentShape {
  /// Checks that the sizes are sizes, that `costCount` numbers fill them, and that lengths lie within.
  func validate(costCount: Int) throws(CombinatorialError) {
    let sizes = "[\(batch), \(rows), \(columns)]"
    guard batch >= 0, rows >= 0, columns >= 0 else {
      throw .shapeMismatch(expected: "sizes of at least 0", found: sizes)
    }
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (count, batchOverflow) = cells.multipliedReportingOverflow(by: batch)
    guard !overflow, !batchOverflow else { throw .sizeOverflow("a cost tensor of shape \(sizes)") }
    guard costCount == count else {
      throw .shapeMismatch(expected: "\(count) costs for shape \(sizes)", found: "\(costCount)")
    }
    try validate(rowCounts, name: "row counts", limit: rows)
    try validate(columnCounts, name: "column counts", limit: columns)
  }

  /// Checks that potentials to start from are finite, one for each column.
  func validate(columnPotentials: [Double]?) throws(CombinatorialError) {
    guard let columnPotentials else { return }
    guard columnPotentials.count == batch * columns else {
      throw .shapeMismatch(
        expected: "\(batch * columns) column potentials, one for each column of the batch",
        found: "\(columnPotentials.count)")
    }
    if let index = columnPotentials.firstIndex(where: { !$0.isFinite }) {
      throw .invalidPotential(
        batch: index / columns, column: index % columns, value: columnPotentials[index])
    }
  }

  private func validate(
    _ counts: [Int]?, name: String, limit: Int
  ) throws(CombinatorialError) {
    guard let counts else { return }
    guard counts.count == batch else {
      throw .shapeMismatch(
        expected: "\(batch) \(name), one for each batch item", found: "\(counts.count)")
    }
    if let item = counts.firstIndex(where: { !(0...limit).contains($0) }) {
      throw .lengthOutOfRange(batch: item, length: counts[item], limit: limit)
    }
  }

  /// Rows in use.
  func rowCount(_ item: Int) -> Int { rowCounts?[item] ?? rows }

  /// Columns in use.
  func columnCount(_ item: Int) -> Int { columnCounts?[item] ?? columns }
}

extension CombinatorialError {
  /// The public form of a kernel's refusal.
  init<Scalar: KernelScalar>(
    _ failure: AssignmentFailure, costs: UnsafeBufferPointer<Scalar>, shape: AssignmentShape
  ) {
    switch failure {
    case .invalidCost(let batch, let row, let column):
      let value = costs[(batch * shape.rows + row) * shape.columns + column]
      self = .invalidCost(batch: batch, row: row, column: column, value: Double(value))
    case .infeasible(let batch):
      self = .infeasible(batch: batch)
    case .outOfRange(let batch):
      self = .valueOutOfRange(batch: batch)
    case .tooLarge(let rows, let columns):
      self = .sizeOverflow("an assignment problem of \(rows) rows and \(columns) columns")
    }
  }
}

extension Array {
  /// `withUnsafeBufferPointer` that keeps the type of the error.
  func withUnsafeBuffer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome = withUnsafeBufferPointer { buffer -> Swift.Result<Result, Failure> in
      do throws(Failure) {
        return .success(try body(buffer))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
