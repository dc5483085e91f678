extension LinearModel {
  /// The magnitude from which on the solver takes a bound for infinite.
  package static let infiniteBound = 1e30
  /// The magnitude that costs stay below: Clp ends the process where scaled costs reach 1e25.
  static let greatestCost = 1e24

  /// Checks that the sizes agree, that numbers are numbers, and that bounds are in order.
  func validate() throws(LinearProgramError) {
    try validateCosts()
    try validateCounts(rowLower, rowUpper, expected: constraints.rows, of: "rows")
    try validateCounts(lower, upper, expected: constraints.columns, of: "columns")
    try validateRowBounds()
    try validateVariableBounds()
  }

  func validateCosts() throws(LinearProgramError) {
    guard costs.count == constraints.columns else {
      throw .shapeMismatch(
        expected: "\(constraints.columns) costs, one for each column", found: "\(costs.count)")
    }
    if let column = costs.firstIndex(where: { !(abs($0) < Self.greatestCost) }) {
      throw .invalidCost(batch: 0, column: column, value: costs[column])
    }
    guard offset.isFinite else {
      throw .invalidOption(expected: "a finite objective offset", found: "\(offset)")
    }
  }

  func validateRowBounds() throws(LinearProgramError) {
    if let row = Self.firstFault(rowLower, rowUpper) {
      throw .invalidRowBounds(batch: 0, row: row, lower: rowLower[row], upper: rowUpper[row])
    }
  }

  func validateVariableBounds() throws(LinearProgramError) {
    if let column = Self.firstFault(lower, upper) {
      throw .invalidVariableBounds(
        batch: 0, column: column, lower: lower[column], upper: upper[column])
    }
  }

  func validateCounts(
    _ lower: [Double], _ upper: [Double], expected: Int, of axis: String
  ) throws(LinearProgramError) {
    guard lower.count == expected, upper.count == expected else {
      throw .shapeMismatch(
        expected: "\(expected) lower and upper bounds of the \(axis)",
        found: "\(lower.count) and \(upper.count)")
    }
  }

  private static func firstFault(_ lower: [Double], _ upper: [Double]) -> Int? {
    lower.indices.first { index in
      let (low, high) = (lower[index], upper[index])
      let isOrdered = low <= high && low < infiniteBound && high > -infiniteBound
      let isRepresentable =
        (low > -infiniteBound || low == -.infinity) && (high < infiniteBound || high == .infinity)
      return !(isOrdered && isRepresentable)
    }
  }
}
