/// Families of random alignment problems.
public enum AlignmentFamily: String, CaseIterable, Sendable {
  /// Real numbers without ties.
  case uniform
  /// Negative as well as positive numbers.
  case signed
  /// Integers 0 … 2: nearly every optimum is tied.
  case ties
  /// 30 % of the cells are forbidden, the rest are small integers.
  case forbidden

  /// Costs `[rows, columns]`; multiples of 1/1024, so that sums are exact in Float.
  public func costs(rows: Int, columns: Int, using random: inout SeededRandom) -> [Double] {
    (0..<rows * columns).map { _ in
      let number = Double(Int.random(in: 0..<4096, using: &random)) / 1024
      switch self {
      case .uniform: return number
      case .signed: return number - 2
      case .ties: return number.truncatingRemainder(dividingBy: 3).rounded(.down)
      case .forbidden: return number < 1.2 ? .infinity : (number * 2).rounded(.down)
      }
    }
  }
}

/// What moves cost, for ``ExhaustiveAlignment``.
public enum AlignmentGaps: Sendable, CustomStringConvertible {
  /// A multiple of the diagonal's cost, on the border of the last row's or column's.
  case factor(Double)
  /// The price of skipping each row and each column.
  case costs(rows: [Double], columns: [Double])
  /// Every move costs the cell; at most `band` columns outside of the corners' diagonals.
  case timeWarping(band: Int)

  /// For messages.
  public var description: String {
    switch self {
    case .factor(let factor): "factor \(factor)"
    case .costs: "gap costs"
    case .timeWarping(let band): "time warping, band \(band)"
    }
  }
}

/// Every monotone path, the oracle for small problems.
public struct ExhaustiveAlignment {
  let costs: [Double]
  let rows, columns: Int
  let gaps: AlignmentGaps

  /// A problem `[rows, columns]`, of at least one row and column.
  public init(_ costs: [Double], rows: Int, columns: Int, gaps: AlignmentGaps) {
    (self.costs, self.rows, self.columns, self.gaps) = (costs, rows, columns, gaps)
  }

  /// The cost of one move; nil where it does not exist.
  public func cost(_ move: Character, row: Int, column: Int) -> Double? {
    let isInside = row < rows && column < columns
    if move == "D" ? !isInside : move == "H" ? column >= columns : row >= rows { return nil }
    let cell = costs[min(row, rows - 1) * columns + min(column, columns - 1)]
    switch gaps {
    case .factor(let factor):
      return move == "D" ? cell : factor * cell
    case .costs(let rowGaps, let columnGaps):
      return move == "D" ? cell : move == "H" ? columnGaps[column] : rowGaps[row]
    case .timeWarping(let band):
      let (low, high) = (min(0, columns - rows) - band, max(0, columns - rows) + band)
      return isInside && (low...high).contains(column - row) ? cell : nil
    }
  }

  /// The least cost of a path, how many paths reach it, and the one among them whose moves come first in
  /// the order D, H, V; nil if none is feasible.
  public func solve() -> (value: Double, count: Int, moves: String)? {
    var best = (value: Double.infinity, count: 0, moves: "")
    var moves = ""
    func visit(_ row: Int, _ column: Int, _ sum: Double) {
      guard sum < .infinity else { return }
      if row == rows, column == columns {
        if sum < best.value { best = (sum, 0, moves) }
        if sum == best.value { best.count += 1 }
        return
      }
      for move in "DHV" {
        guard let cost = cost(move, row: row, column: column) else { continue }
        moves.append(move)
        visit(row + (move == "H" ? 0 : 1), column + (move == "V" ? 0 : 1), sum + cost)
        moves.removeLast()
      }
    }
    visit(0, 0, 0)
    return best.count > 0 ? best : nil
  }

  /// The soft minimum over all paths, one by one: -t log(sum exp(-cost / t)).
  public func softValue(temperature: Double) -> Double {
    var exponents: [Double] = []
    func visit(_ row: Int, _ column: Int, _ sum: Double) {
      if row == rows, column == columns { exponents.append(-sum / temperature) }
      for move in "DHV" {
        guard let cost = cost(move, row: row, column: column) else { continue }
        visit(row + (move == "H" ? 0 : 1), column + (move == "V" ? 0 : 1), sum + cost)
      }
    }
    visit(0, 0, 0)
    return -temperature * RowReference.logSumExp(exponents)
  }

  /// What a path costs; nil if it is none.
  public func value(of moves: String) -> Double? {
    var (row, column, sum) = (0, 0, 0.0)
    for move in moves {
      guard let cost = cost(move, row: row, column: column) else { return nil }
      sum += cost
      if move != "H" { row += 1 }
      if move != "V" { column += 1 }
    }
    return row == rows && column == columns ? sum : nil
  }
}
