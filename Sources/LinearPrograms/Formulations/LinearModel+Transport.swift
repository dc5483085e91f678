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
  ///   - imbalance: As ``Transport/imbalance``.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public static func transport(
    _ costs: [Double], supply: [Double], demand: [Double],
    imbalance: Transport.Imbalance = .refused
  ) throws(LinearProgramError) -> LinearModel {
    let (rows, columns) = (supply.count, demand.count)
    let pairs = rows * columns
    guard costs.count == pairs else {
      throw .shapeMismatch(
        expected: "costs for \(rows) rows and \(columns) columns", found: "\(costs.count)")
    }
    var slackCosts: [Double] = []
    if case .priced(let surplus, let shortage) = imbalance {
      slackCosts =
        [Double](repeating: surplus, count: rows) + [Double](repeating: shortage, count: columns)
    }
    let matrix = try ConstraintMatrix(
      rows: rows + columns, columns: pairs + slackCosts.count,
      maximumCount: 2 * pairs + slackCosts.count
    ) { emit in
      for pair in 0..<pairs {
        emit(pair / columns, pair, 1)
        emit(rows + pair % columns, pair, 1)
      }
      for slack in slackCosts.indices { emit(slack, pairs + slack, 1) }
    }
    return LinearModel(
      costs: costs.map { $0 == .infinity ? 0 : $0 } + slackCosts, constraints: matrix,
      rows: (supply + demand).map { .equal($0) },
      variables: costs.map { $0 == .infinity ? .equal(0) : .nonnegative }
        + [Bounds](repeating: .nonnegative, count: slackCosts.count))
  }
}

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
