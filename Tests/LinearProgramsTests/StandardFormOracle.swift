import LinearPrograms

/// Exhaustive search over the bases of a small program in standard form.
enum VertexEnumeration {
  /// The least value over all feasible bases; nil if there is none. Right if the program is bounded
  /// and the rows of A are independent.
  static func value(costs: [Double], constraints: [Double], bounds: [Double]) -> Double? {
    let columns = costs.count
    var best: Double?
    func visit(_ chosen: [Int], from next: Int) {
      if chosen.count == bounds.count {
        guard let point = solve(chosen, constraints, bounds, columns),
          point.allSatisfy({ $0 >= -1e-9 })
        else { return }
        let value = zip(chosen, point).reduce(0) { $0 + costs[$1.0] * $1.1 }
        best = min(best ?? .infinity, value)
        return
      }
      for column in next..<max(next, columns) { visit(chosen + [column], from: column + 1) }
    }
    visit([], from: 0)
    return best
  }

  /// Gauss-Jordan elimination with pivoting; nil if the columns are dependent.
  private static func solve(
    _ chosen: [Int], _ constraints: [Double], _ bounds: [Double], _ columns: Int
  ) -> [Double]? {
    let size = chosen.count
    var table = (0..<size).map { row in
      chosen.map { constraints[row * columns + $0] } + [bounds[row]]
    }
    for pivot in 0..<size {
      guard
        let best = (pivot..<size).max(by: { abs(table[$0][pivot]) < abs(table[$1][pivot]) }),
        abs(table[best][pivot]) > 1e-9
      else { return nil }
      table.swapAt(pivot, best)
      for row in 0..<size where row != pivot {
        let factor = table[row][pivot] / table[pivot][pivot]
        for column in pivot...size { table[row][column] -= factor * table[pivot][column] }
      }
    }
    return (0..<size).map { table[$0][size] / table[$0][$0] }
  }
}

/// The general form written as a standard form: variables are shifted, mirrored or split, activities
/// of rows become variables, upper bounds become rows.
struct StandardFormTranslation {
  private(set) var costs: [Double] = []
  private(set) var offset: Double
  private var rows: [[Int: Double]]
  private var bounds: [Double]
  private let sign: Double

  init(_ model: LinearModel) {
    sign = model.sense == .minimize ? 1 : -1
    offset = sign * model.offset
    let (count, columns) = (model.constraints.rows, model.constraints.columns)
    rows = .init(repeating: [:], count: count)
    bounds = .init(repeating: 0, count: count)
    let dense = model.constraints.dense
    for column in 0..<columns {
      add(
        lower: model.lower[column], upper: model.upper[column], cost: sign * model.costs[column],
        coefficients: (0..<count).map { dense[$0 * columns + column] })
    }
    for row in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[row] = -1
      add(lower: model.rowLower[row], upper: model.rowUpper[row], cost: 0, coefficients: unit)
    }
  }

  private mutating func add(lower: Double, upper: Double, cost: Double, coefficients: [Double]) {
    if lower.isFinite {
      shift(by: lower, cost, coefficients)
      let variable = append(cost, coefficients)
      guard upper.isFinite else { return }
      let slack = append(0, [])
      rows.append([variable: 1, slack: 1])
      bounds.append(upper - lower)
    } else if upper.isFinite {
      shift(by: upper, cost, coefficients)
      _ = append(-cost, coefficients.map { -$0 })
    } else {
      _ = append(cost, coefficients)
      _ = append(-cost, coefficients.map { -$0 })
    }
  }

  private mutating func shift(by constant: Double, _ cost: Double, _ coefficients: [Double]) {
    offset += cost * constant
    for (row, coefficient) in coefficients.enumerated() { bounds[row] -= coefficient * constant }
  }

  private mutating func append(_ cost: Double, _ coefficients: [Double]) -> Int {
    for (row, coefficient) in coefficients.enumerated() where coefficient != 0 {
      rows[row][costs.count] = coefficient
    }
    costs.append(cost)
    return costs.count - 1
  }

  func model() throws(LinearProgramError) -> LinearModel {
    let entries = rows.enumerated().flatMap { row, coefficients in
      coefficients.map { (row: row, column: $0.key, value: $0.value) }
    }
    return LinearModel(
      costs: costs,
      constraints: try ConstraintMatrix(rows: rows.count, columns: costs.count, entries: entries),
      bounds: bounds)
  }

  /// What the value of the translated program is in the original one.
  func originalValue(_ value: Double) -> Double { sign * (value + offset) }
}
