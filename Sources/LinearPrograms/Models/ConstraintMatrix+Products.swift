extension ConstraintMatrix {
  /// All coefficients, `[rows, columns]`, row by row.
  public var dense: [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      for entry in entries(of: column) {
        result[Int(rowIndices[entry]) * columns + column] = values[entry]
      }
    }
    return result
  }

  /// The positions of a column's entries.
  func entries(of column: Int) -> Range<Int> {
    Int(columnStarts[column])..<Int(columnStarts[column + 1])
  }

  /// A u.
  func product(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rows)
    for column in 0..<columns {
      for entry in entries(of: column) {
        result[Int(rowIndices[entry])] += values[entry] * vector[column]
      }
    }
    return result
  }

  /// A^T v.
  func transposedProduct(_ vector: [Double]) -> [Double] {
    (0..<columns).map { column in
      entries(of: column).reduce(0) { $0 + values[$1] * vector[Int(rowIndices[$1])] }
    }
  }

  /// The entries by row, columns ascending.
  var compressedByRow: (starts: [Int32], columns: [Int32], values: [Double]) {
    var starts = [Int32](repeating: 0, count: rows + 1)
    for row in rowIndices { starts[Int(row) + 1] += 1 }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var next = starts
    var indices = [Int32](repeating: 0, count: entryCount)
    var sorted = [Double](repeating: 0, count: entryCount)
    for column in 0..<columns {
      for entry in entries(of: column) {
        let position = Int(next[Int(rowIndices[entry])])
        next[Int(rowIndices[entry])] += 1
        indices[position] = Int32(column)
        sorted[position] = values[entry]
      }
    }
    return (starts, indices, sorted)
  }
}
