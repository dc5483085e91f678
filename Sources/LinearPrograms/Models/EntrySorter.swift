/// Brings the entries of a matrix into column order, O(entries log(entries of a column)).
struct EntrySorter {
  private var starts: [Int32]
  private var rows: [Int32] = []
  private var columns: [Int32] = []
  private var values: [Double] = []

  init(columns: Int) { starts = [Int32](repeating: 0, count: columns + 1) }

  mutating func reserve(_ count: Int) {
    rows.reserveCapacity(count)
    columns.reserveCapacity(count)
    values.reserveCapacity(count)
  }

  mutating func append(row: Int, column: Int, value: Double) {
    rows.append(Int32(row))
    columns.append(Int32(column))
    values.append(value)
    starts[column + 1] += 1
  }

  /// The entries by column, rows ascending, equal positions added up in the order that they came.
  func compressed() -> (starts: [Int32], rows: [Int32], values: [Double]) {
    var ends = starts
    for column in 1..<max(1, starts.count) { ends[column] += ends[column - 1] }
    var next = ends
    var order = [Int32](repeating: 0, count: values.count)
    for (position, column) in columns.enumerated() {
      order[Int(next[Int(column)])] = Int32(position)
      next[Int(column)] += 1
    }
    var result = (starts: [Int32(0)], rows: [Int32](), values: [Double]())
    result.starts.reserveCapacity(starts.count)
    result.rows.reserveCapacity(values.count)
    result.values.reserveCapacity(values.count)
    for column in 0..<starts.count - 1 {
      var entries = order[Int(ends[column])..<Int(ends[column + 1])]
      if zip(entries, entries.dropFirst()).contains(where: { rows[Int($0)] >= rows[Int($1)] }) {
        entries.sort { (rows[Int($0)], $0) < (rows[Int($1)], $1) }
      }
      append(entries, to: &result)
    }
    return result
  }

  private func append(
    _ entries: ArraySlice<Int32>,
    to result: inout (starts: [Int32], rows: [Int32], values: [Double])
  ) {
    let first = result.rows.count
    for entry in entries {
      if result.rows.count > first, result.rows.last == rows[Int(entry)] {
        result.values[result.values.count - 1] += values[Int(entry)]
      } else {
        result.rows.append(rows[Int(entry)])
        result.values.append(values[Int(entry)])
      }
    }
    result.starts.append(Int32(result.rows.count))
  }
}
