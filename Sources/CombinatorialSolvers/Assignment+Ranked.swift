internal import CombinatorialKernels

/// One of the best assignments.
public struct RankedAssignment: Sendable, Equatable {
  /// The sum of its costs, and of the unmatched cost where there is one.
  public let value: Double
  /// `[rows]`: the column of each row, -1 where unmatched.
  public let columnOfRow: [Int32]
}

extension Assignment {
  /// The k best assignments, the best first: all different, and no other is better than the last.
  ///
  /// The value of rank r is the r-th least of finitely many linear functions of the costs, so piecewise
  /// linear, but for r > 1 no linear program's, and Theorem 1 does not apply: where no other assignment
  /// has the same value, its gradient is the indicator of the assignment. At ties that indicator is the gradient of one of the tied functions: an element of a
  /// conservative field, with which chain rule and gradient descent work, but not always of Clarke's
  /// generalised gradient. The sum of the k least values is concave, and the sum of the k indicators is
  /// a supergradient of it at ties too.
  ///
  /// Ties: among equal values, which come and in which order depends on the costs alone.
  ///
  /// Complexity: one augmenting path for each child of an assignment found, O(k n^2 m) for
  /// n = min(rows, columns), m = max(rows, columns) at most; searches end early once k are known.
  ///
  /// K. Murty, Operations Research 16 (1968), doi:10.1287/opre.16.3.682; M. Miller, H. Stone, I. Cox,
  /// IEEE Transactions on Aerospace and Electronic Systems 33 (1997), doi:10.1109/7.599256.
  ///
  /// - Parameters:
  ///   - k: How many assignments, at least 1.
  ///   - costs: `[rows, columns]`, row by row; `+infinity` forbids a pair.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  /// - Returns: k assignments, or all that there are. Their values ascend.
  /// - Throws: ``CombinatorialError``, as `solve`; ``CombinatorialError/invalidOption(_:value:expected:)``.
  public func solveBest(
    _ k: Int, _ costs: [Double], rows: Int, columns: Int
  ) throws(CombinatorialError) -> [RankedAssignment] {
    guard k >= 1 else {
      throw .invalidOption("the number of assignments", value: Double(k), expected: "at least 1")
    }
    let best = try solve(costs, rows: rows, columns: columns)
    guard rows > 0, columns > 0 else {
      return [RankedAssignment(value: best.value, columnOfRow: best.columnOfRow)]
    }
    if let unmatchedCost {
      return try ranked(
        k, costs, rows: rows, columns: columns, unmatchedCost: unmatchedCost)
    }
    let isTall = rows > columns
    let matrix = isTall ? costs.transposed(rows: rows, columns: columns) : costs
    let output = try rank(
      matrix, rows: min(rows, columns), columns: max(rows, columns), most: k,
      best: isTall
        ? (best.rowOfColumn, best.rowPotentials) : (best.columnOfRow, best.columnPotentials))
    let found = output.values.indices.map { index in
      let size = min(rows, columns)
      let partners = output.columnOfRow[index * size..<(index + 1) * size]
      return RankedAssignment(
        columnOfRow: isTall ? Self.inverted(partners, count: rows) : Array(partners), costs: costs,
        columns: columns)
    }
    return found.sortedByValue()
  }

  /// Every row has a bin of its own, so that each way to leave rows unmatched is one assignment.
  private func ranked(
    _ k: Int, _ costs: [Double], rows: Int, columns: Int, unmatchedCost: Double
  ) throws(CombinatorialError) -> [RankedAssignment] {
    let width = columns + rows
    var binned = [Double](repeating: .infinity, count: rows * width)
    for row in 0..<rows {
      for column in 0..<columns { binned[row * width + column] = costs[row * columns + column] }
      binned[row * width + columns + row] = 2 * unmatchedCost
    }
    let best = try Assignment(maxThreads: maxThreads).solve(binned, rows: rows, columns: width)
    let output = try rank(
      binned, rows: rows, columns: width, most: k,
      best: (best.columnOfRow, best.columnPotentials))
    let found = output.values.indices.map { index in
      RankedAssignment(
        columnOfRow: output.columnOfRow[index * rows..<(index + 1) * rows].map {
          $0 < columns ? $0 : -1
        }, costs: costs, columns: columns, unmatchedCost: unmatchedCost)
    }
    return found.sortedByValue()
  }

  private func rank(
    _ costs: [Double], rows: Int, columns: Int, most: Int,
    best: (columnOfRow: [Int32], potentials: [Double])
  ) throws(CombinatorialError) -> RankedAssignmentKernel.Output {
    do throws(MatchingFailure) {
      return try RankedAssignmentKernel.solve(
        costs, rows: rows, columns: columns, most: most, best: best)
    } catch {
      throw .sizeOverflow("the \(most) best assignments of \(rows) rows and \(columns) columns")
    }
  }

  private static func inverted(_ partners: ArraySlice<Int32>, count: Int) -> [Int32] {
    var columnOfRow = [Int32](repeating: -1, count: count)
    for (column, row) in partners.enumerated() { columnOfRow[Int(row)] = Int32(column) }
    return columnOfRow
  }
}

extension RankedAssignment {
  /// The value is rounded once where it matters, lest rounding change the order.
  fileprivate init(
    columnOfRow: [Int32], costs: [Double], columns: Int, unmatchedCost: Double? = nil
  ) {
    var terms = columnOfRow.enumerated().filter { $1 >= 0 }.map { costs[$0 * columns + Int($1)] }
    if let unmatchedCost {
      let unmatched = columnOfRow.count + columns - 2 * terms.count
      terms += [Double](repeating: unmatchedCost, count: unmatched)
    }
    value = Sums.rounded(terms)
    self.columnOfRow = columnOfRow
  }
}

extension [RankedAssignment] {
  /// Ascending values; the search's own order differs by rounding at most. Equal ones stay in order.
  fileprivate func sortedByValue() -> [RankedAssignment] {
    enumerated().sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }
      .map(\.element)
  }
}
