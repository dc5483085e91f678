public import CombinatorialLosses

/// Sparse assignment as a linear program.
extension SparseAssignment {
  /// The sparse assignment problem as a linear program: a variable for each entry, no others.
  ///
  ///     min  sum_e costs[e] x[e]
  ///     subject to  sum over the entries of row i of x[e] = 1,  the same for each column,  x >= 0
  ///
  /// with <= 1 on the longer side if there are more rows than columns or the reverse. An entry of cost
  /// +infinity has an upper bound of 0.
  ///
  /// - Parameter costs: The cost of each entry; the variables are in this order.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(_ costs: [Double]) throws(LinearProgramError) -> LinearModel {
    guard costs.count == columnIndices.count else {
      throw .shapeMismatch(
        expected: "\(columnIndices.count) costs, one for each entry", found: "\(costs.count)")
    }
    let rowOfEntry = (0..<rows).flatMap { row in
      [Int](repeating: row, count: rowOffsets[row + 1] - rowOffsets[row])
    }
    return try .pairs(
      costs, rows: .matched(rows, to: columns), columns: .matched(columns, to: rows)
    ) { (rowOfEntry[$0], Int(columnIndices[$0])) }
  }
}
