extension LinearModel {
  /// A program over pairs: a variable for each pair of a row and a column, with coefficient 1 in the
  /// constraints of both. A pair of cost +infinity is forbidden: an upper bound of 0.
  ///
  /// - Parameters:
  ///   - costs: The cost of each pair.
  ///   - rows: The bounds of the first constraints.
  ///   - columns: The bounds of the constraints that follow.
  ///   - slackCosts: Costs of one more variable for each constraint, in it alone; empty: there are none.
  ///   - ends: The row and the column of a pair; nil: all pairs, row by row.
  static func pairs(
    _ costs: [Double], rows: [Bounds], columns: [Bounds], slackCosts: [Double] = [],
    ends: ((Int) -> (row: Int, column: Int))? = nil
  ) throws(LinearProgramError) -> LinearModel {
    let width = columns.count
    let matrix = try ConstraintMatrix(
      rows: rows.count + width, columns: costs.count + slackCosts.count,
      maximumCount: 2 * costs.count + slackCosts.count
    ) { emit in
      for pair in costs.indices {
        let (row, column) = ends?(pair) ?? (pair / width, pair % width)
        emit(row, pair, 1)
        emit(rows.count + column, pair, 1)
      }
      for slack in slackCosts.indices { emit(slack, costs.count + slack, 1) }
    }
    return LinearModel(
      costs: costs.map { $0 == .infinity ? 0 : $0 } + slackCosts, constraints: matrix,
      rows: rows + columns,
      variables: costs.map { $0 == .infinity ? .equal(0) : .nonnegative }
        + [Bounds](repeating: .nonnegative, count: slackCosts.count))
  }

  /// Throws unless a dense matrix of costs, and what its sides need in memory, has a size.
  static func check(
    costCount: Int, rows: Int, columns: Int
  ) throws(LinearProgramError) {
    let (pairs, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, costCount == pairs else {
      throw .shapeMismatch(
        expected: "costs for \(rows) rows and \(columns) columns", found: "\(costCount)")
    }
    guard max(rows, columns) <= Int(Int32.max) / 2 else {
      throw .sizeOverflow("a matrix of \(rows) rows and \(columns) columns")
    }
  }
}

extension [Bounds] {
  /// The constraints of one side of a matching: each is matched once, on the longer side at most once.
  static func matched(_ count: Int, to other: Int) -> [Bounds] {
    .init(repeating: count <= other ? .equal(1) : .atMost(1), count: count)
  }
}
