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
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public static func assignment(
    _ costs: [Double], rows: Int, columns: Int, unmatchedCost: Double? = nil
  ) throws(LinearProgramError) -> LinearModel {
    let (pairs, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, costs.count == pairs else {
      throw .shapeMismatch(
        expected: "costs for \(rows) rows and \(columns) columns", found: "\(costs.count)")
    }
    let bins = unmatchedCost == nil ? 0 : rows + columns
    let matrix = try ConstraintMatrix(
      rows: rows + columns, columns: pairs + bins, maximumCount: 2 * pairs + bins
    ) { emit in
      for pair in 0..<pairs {
        emit(pair / columns, pair, 1)
        emit(rows + pair % columns, pair, 1)
      }
      for bin in 0..<bins { emit(bin, pairs + bin, 1) }
    }
    let isExact = [rows <= columns || bins > 0, columns <= rows || bins > 0]
    let bounds =
      [Bounds](repeating: isExact[0] ? .equal(1) : .atMost(1), count: rows)
      + [Bounds](repeating: isExact[1] ? .equal(1) : .atMost(1), count: columns)
    return LinearModel(
      costs: costs.map { $0 == .infinity ? 0 : $0 }
        + [Double](repeating: unmatchedCost ?? 0, count: bins),
      constraints: matrix, rows: bounds,
      variables: costs.map { $0 == .infinity ? .equal(0) : .nonnegative }
        + [Bounds](repeating: .nonnegative, count: bins))
  }
}

extension Assignment {
  /// The linear program of this problem; see ``LinearModel/assignment(_:rows:columns:unmatchedCost:)``.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(LinearProgramError) -> LinearModel {
    try .assignment(costs, rows: rows, columns: columns, unmatchedCost: unmatchedCost)
  }
}
