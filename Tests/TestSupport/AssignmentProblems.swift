/// Families of random assignment problems that are hard in different ways.
public enum AssignmentFamily: String, CaseIterable, Sendable {
  /// Real numbers without ties.
  case uniform
  /// Negative as well as positive numbers over several magnitudes.
  case signed
  /// Integers 0 … 2: nearly every optimum is tied.
  case ties
  /// 30 % of the pairs are forbidden, the rest are small integers.
  case forbidden
  /// Repeated columns, as labels that occur twice in a bag give.
  case repeated
  /// costs[i][j] = (i + 1) (j + 1): long augmenting paths.
  case product

  /// Costs `[rows, columns]`, all of them exact in Float.
  public func costs(rows: Int, columns: Int, using random: inout SeededRandom) -> [Double] {
    let kinds = (0..<columns).map { _ in Int.random(in: 0..<max(1, columns / 2), using: &random) }
    let base = (0..<rows * max(1, columns)).map { _ in
      Double(Float.random(in: 0..<1, using: &random))
    }
    return (0..<rows * columns).map { cell in
      let (row, column) = (cell / columns, cell % columns)
      switch self {
      case .uniform: return base[cell]
      case .signed: return (base[cell] - 0.5) * (column % 3 == 0 ? 1024 : 1)
      case .ties: return (base[cell] * 3).rounded(.down)
      case .forbidden:
        return Double.random(in: 0..<1, using: &random) < 0.3
          ? .infinity : (base[cell] * 8).rounded(.down)
      case .repeated: return base[row * columns + kinds[column]]
      case .product: return Double((row + 1) * (column + 1))
      }
    }
  }
}

/// Exhaustive search, the oracle for small problems.
public enum ExhaustiveAssignment {
  /// Calls `body` with every matching of min(rows, columns) pairs, or of any number of pairs with
  /// `partial`, and the sum of its costs.
  public static func forEach(
    _ costs: [Double], rows: Int, columns: Int, partial: Bool = false,
    _ body: (_ columnOfRow: [Int32], _ sum: Double) -> Void
  ) {
    var columnOfRow = [Int32](repeating: -1, count: rows)
    var taken = [Bool](repeating: false, count: columns)
    let pairs = min(rows, columns)
    func visit(_ row: Int, _ matched: Int, _ sum: Double) {
      guard sum < .infinity else { return }
      if row == rows {
        if partial || matched == pairs { body(columnOfRow, sum) }
        return
      }
      for column in 0..<columns where !taken[column] {
        taken[column] = true
        columnOfRow[row] = Int32(column)
        visit(row + 1, matched + 1, sum + costs[row * columns + column])
        taken[column] = false
      }
      columnOfRow[row] = -1
      if partial || rows - row > pairs - matched { visit(row + 1, matched, sum) }
    }
    visit(0, 0, 0)
  }

  /// The optimal value and how many assignments reach it; nil if none is feasible.
  ///
  /// With `unmatchedCost`, any row and column may stay unmatched at that price; otherwise
  /// min(rows, columns) pairs are matched.
  public static func solve(
    _ costs: [Double], rows: Int, columns: Int, unmatchedCost: Double? = nil
  ) -> (value: Double, count: Int)? {
    var best = (value: Double.infinity, count: 0)
    forEach(costs, rows: rows, columns: columns, partial: unmatchedCost != nil) { partners, sum in
      let matched = partners.count { $0 >= 0 }
      let value = sum + (unmatchedCost ?? 0) * Double(rows + columns - 2 * matched)
      if value < best.value { best = (value, 0) }
      if value == best.value { best.count += 1 }
    }
    return best.count > 0 ? best : nil
  }
}

/// The costs of the pairs of a matching.
public func matchedCosts(_ columnOfRow: [Int32], _ costs: [Double], columns: Int) -> [Double] {
  columnOfRow.enumerated().compactMap { $1 < 0 ? nil : costs[$0 * columns + Int($1)] }
}
