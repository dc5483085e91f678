public import CombinatorialLosses

extension LinearModel {
  /// The transport problem as a linear program.
  ///
  ///     min  sum_ij costs[i][j] x[i][j]
  ///     subject to  sum_j x[i][j] = supply[i],  sum_i x[i][j] = demand[j],  x >= 0
  ///
  /// A pair of cost +infinity is forbidden: an upper bound of 0. With a priced imbalance each row and each
  /// column has one more variable in its equation, for what stays and for what is not met.
  ///
  /// - Parameters:
  ///   - costs: `[supply.count, demand.count]`, row by row; the first variables are in this order.
  ///   - supply: The bounds of the first rows.
  ///   - demand: The bounds of the rows that follow.
  ///   - imbalance: As ``/CombinatorialSolvers/Transport/imbalance``.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public static func transport(
    _ costs: [Double], supply: [Double], demand: [Double],
    imbalance: Transport.Imbalance = .refused
  ) throws(LinearProgramError) -> LinearModel {
    let (rows, columns) = (supply.count, demand.count)
    try check(costCount: costs.count, rows: rows, columns: columns)
    var slackCosts: [Double] = []
    if case .priced(let surplus, let shortage) = imbalance {
      slackCosts =
        [Double](repeating: surplus, count: rows) + [Double](repeating: shortage, count: columns)
    }
    return try .pairs(
      costs, rows: supply.map { .equal($0) }, columns: demand.map { .equal($0) },
      slackCosts: slackCosts)
  }
}

/// Transport as a linear program.
extension Transport {
  /// The linear program of this problem; see ``LinearModel/transport(_:supply:demand:imbalance:)``.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(
    _ costs: [Double], supply: [Double], demand: [Double]
  ) throws(LinearProgramError) -> LinearModel {
    try .transport(costs, supply: supply, demand: demand, imbalance: imbalance)
  }
}
