extension ConstraintMatrix {
  /// All coefficients, `[rows, columns]`, row by row.
  public var dense: [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      for entry in entries(of: column) { result[Int(rowIndices[entry]) * columns + column] = values[entry] }
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
}
