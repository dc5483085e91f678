internal import CombinatorialKernels

extension RankedAssignmentSolution {
  /// What the assignments may cost more than the best ones: 0 up to rounding, and no assignment that is
  /// missing is better than one that is here. Infinite if fewer were found than asked for, and there are more.
  ///
  /// All other assignments lie in at most `found * min(rows, columns)` sets: those that keep the pairs of
  /// some rows and not that of another (Murty). The best of each set is found by itself, and its potentials
  /// bound the set from below.
  ///
  /// Complexity: O(found * n^3 m), at each call.
  public var dualityGap: Double {
    guard matrix.isKept else { return .infinity }
    guard matrix.rows > 0, matrix.columns > 0 else { return 0 }
    var bounds: [RankedSet.Bound] = []
    guard let all = RankedSet(self), all.addBounds(to: &bounds) else { return .infinity }
    guard bounds.isEmpty || values.count == count else { return .infinity }
    return all.found.reduce(0) { gap, assignment in
      let terms = all.terms(of: assignment)
      let excess = bounds.map { UnroundedSum(terms + $0.terms.map { -$0 }).value + $0.gap }
      return gap + max(0, excess.max() ?? 0)
    }
  }
}

/// A set of assignments, some of which have been found: all that do not use forbidden pairs.
private struct RankedSet {
  /// The best other assignment's costs, and what it may cost too much.
  struct Bound {
    let terms: [Double]
    let gap: Double
  }

  let rows: Int
  /// At least as many as rows.
  let columns: Int
  var costs: [Double]
  /// The column of each row.
  var found: [[Int]]

  /// The problem as it was ranked: with bins if rows may stay unmatched, else on its side if it is tall.
  init?(_ solution: RankedAssignmentSolution) {
    let matrix = solution.matrix
    var dense: [Double] = []
    matrix.forEachRow { dense.append(contentsOf: $1) }
    if let price = solution.unmatchedCost {
      let shape = BatchShape(rows: matrix.rows, columns: matrix.columns)
      guard let bins = try? RowBins(shape: shape, price: price),
        let binned = try? dense.withUnsafeBufferPointer(bins.costs)
      else { return nil }
      (rows, columns, costs) = (matrix.rows, bins.binned.columns, binned)
      found = solution.columnOfRow.map { partners in
        partners.enumerated().map { $1 < 0 ? matrix.columns + $0 : Int($1) }
      }
    } else if matrix.rows <= matrix.columns {
      (rows, columns, costs) = (matrix.rows, matrix.columns, dense)
      found = solution.columnOfRow.map { $0.map { Int($0) } }
    } else {
      (rows, columns) = (matrix.columns, matrix.rows)
      costs = (0..<dense.count).map {
        dense[$0 % matrix.rows * matrix.columns + $0 / matrix.rows]
      }
      found = solution.columnOfRow.map { partners in
        (0..<matrix.columns).compactMap { partners.firstIndex(of: Int32($0)) }
      }
    }
    guard found.allSatisfy({ $0.count == rows }) else { return nil }
  }

  func terms(of assignment: [Int]) -> [Double] {
    assignment.enumerated().map { costs[$0 * columns + $1] }
  }

  /// Adds bounds of all that were not found; false if an assignment was found twice, or nothing is certain.
  func addBounds(to bounds: inout [Bound]) -> Bool {
    guard let first = found.first else { return addBound(to: &bounds) }
    guard found.dropFirst().allSatisfy({ $0 != first }) else { return false }
    var kept = self
    for row in 0..<rows {
      let own = row * columns + first[row]
      var child = kept
      child.costs[own] = .infinity
      child.found = kept.found.filter { $0[row] != first[row] }
      guard child.addBounds(to: &bounds) else { return false }
      for cell in row * columns..<(row + 1) * columns where cell != own {
        kept.costs[cell] = .infinity
      }
      kept.found.removeAll { $0[row] != first[row] }
    }
    return true
  }

  private func addBound(to bounds: inout [Bound]) -> Bool {
    do throws(CombinatorialError) {
      let best = try Assignment(maxThreads: 1).solve(costs, rows: rows, columns: columns)
      bounds.append(Bound(terms: terms(of: best.columnOfRow.map { Int($0) }), gap: best.dualityGap))
      return true
    } catch {
      // A set without assignments.
      return error.reason == .infeasible
    }
  }
}
