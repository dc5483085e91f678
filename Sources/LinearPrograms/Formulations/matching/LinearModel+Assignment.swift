public import CombinatorialLosses

extension LinearModel {
  /// The assignment problem as a linear program, whose vertices are the matchings (Birkhoff, von
  /// Neumann).
  ///
  ///     min  sum_ij costs[i][j] x[i][j]
  ///     subject to  sum_j x[i][j] = 1 for each row i,  sum_i x[i][j] = 1 for each column j,  x >= 0
  ///
  /// with <= 1 on the longer side if there are more rows than columns or the reverse. With an unmatched
  /// cost X, each row and each column has one more variable of cost X, its dustbin, in its equation.
  /// A pair of cost +infinity is forbidden: an upper bound of 0. The matrix of a square problem has
  /// rank rows + columns - 1, so the dual solution is determined up to a constant.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row; the first variables are in this order. Then come the
  ///     dustbins of the rows and of the columns.
  ///   - rows: Rows of the costs.
  ///   - columns: Columns of the costs.
  ///   - unmatchedCost: X; nil: the shorter side is matched in full.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public static func assignment(
    _ costs: [Double], rows: Int, columns: Int, unmatchedCost: Double? = nil
  ) throws(LinearProgramError) -> LinearModel {
    try check(costCount: costs.count, rows: rows, columns: columns)
    if let unmatchedCost {
      return try Assignment().linearModel(
        costs, rows: rows, columns: columns,
        unmatchedRowCosts: .init(repeating: unmatchedCost, count: rows),
        unmatchedColumnCosts: .init(repeating: unmatchedCost, count: columns))
    }
    return try .pairs(
      costs, rows: .matched(rows, to: columns), columns: .matched(columns, to: rows))
  }
}

/// Assignment as a linear program, also with prices of staying unmatched.
extension Assignment {
  /// The linear program of this problem; see ``LinearModel/assignment(_:rows:columns:unmatchedCost:)``.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(LinearProgramError) -> LinearModel {
    try .assignment(costs, rows: rows, columns: columns, unmatchedCost: unmatchedCost)
  }

  /// The linear program with a price of its own for every row and column that stays unmatched: a dustbin
  /// of that price, one more variable in its equation.
  ///
  ///     min  sum_ij costs[i][j] x[i][j] + unmatchedRowCosts . y + unmatchedColumnCosts . z
  ///     subject to  sum_j x[i][j] + y[i] = 1,  sum_i x[i][j] + z[j] = 1,  x, y, z >= 0
  ///
  /// Its solution by the prices, y and z, is 1 where a row or a column is unmatched: dz*/dprices.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row; the variables are x in this order, then y, then z.
  ///   - rows: Rows of the costs.
  ///   - columns: Columns of the costs.
  ///   - unmatchedRowCosts: `[rows]`.
  ///   - unmatchedColumnCosts: `[columns]`.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(
    _ costs: [Double], rows: Int, columns: Int, unmatchedRowCosts: [Double],
    unmatchedColumnCosts: [Double]
  ) throws(LinearProgramError) -> LinearModel {
    try LinearModel.check(costCount: costs.count, rows: rows, columns: columns)
    guard unmatchedRowCosts.count == rows, unmatchedColumnCosts.count == columns else {
      throw .shapeMismatch(
        expected: "unmatched costs of \(rows) rows and \(columns) columns",
        found: "\(unmatchedRowCosts.count) and \(unmatchedColumnCosts.count)")
    }
    return try .pairs(
      costs, rows: .init(repeating: .equal(1), count: rows),
      columns: .init(repeating: .equal(1), count: columns),
      slackCosts: unmatchedRowCosts + unmatchedColumnCosts)
  }
}
