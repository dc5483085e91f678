public import CombinatorialLosses

/// Semi-assignment as a linear program.
extension SemiAssignment {
  /// The semi-assignment problem as a linear program, whose vertices are the assignments: it is a network.
  ///
  ///     min  sum_ij costs[i][j] x[i][j]
  ///     subject to  sum_j x[i][j] = 1 for each row i,  sum_i x[i][j] <= capacities[j],  x >= 0
  ///
  /// The dual solution of the last constraints is dz*/dcapacities, at most 0. A pair of cost +infinity is
  /// forbidden: an upper bound of 0.
  ///
  /// - Parameters:
  ///   - costs: `[rows, capacities.count]`, row by row; the variables are in this order.
  ///   - rows: The number of rows.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(
    _ costs: [Double], rows: Int
  ) throws(LinearProgramError) -> LinearModel {
    try LinearModel.check(costCount: costs.count, rows: rows, columns: capacities.count)
    return try .pairs(
      costs, rows: .init(repeating: .equal(1), count: rows),
      columns: capacities.map { .atMost(Double($0)) })
  }
}
