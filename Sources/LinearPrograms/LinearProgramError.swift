/// Why a linear program has no answer, with enough to find the offending number.
public enum LinearProgramError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No point satisfies the constraints.
  case infeasible(batch: Int)
  /// The objective improves without limit along a feasible ray.
  case unbounded(batch: Int)
  /// The solver stopped before it was done.
  case iterationLimit(batch: Int, iterations: Int)
  /// The solver gave up on the numbers.
  case numericalFailure(batch: Int, reason: String)
  /// A cost is NaN, infinite, or 1e24 or more in magnitude.
  case invalidCost(batch: Int, column: Int, value: Double)
  /// A coefficient of the constraint matrix is NaN or infinite.
  case invalidCoefficient(batch: Int, row: Int, column: Int, value: Double)
  /// The bounds of a row are NaN, crossed, infinite on the wrong side, or finite but 1e30 or more.
  case invalidRowBounds(batch: Int, row: Int, lower: Double, upper: Double)
  /// The bounds of a variable are NaN, crossed, infinite on the wrong side, or finite but 1e30 or more.
  case invalidVariableBounds(batch: Int, column: Int, lower: Double, upper: Double)
  /// An index of a sparse matrix lies outside the matrix; `position` counts its entries.
  case indexOutOfRange(position: Int, row: Int, column: Int, rows: Int, columns: Int)
  /// An option of the solver makes no sense.
  case invalidOption(expected: String, found: String)
  /// Sizes do not fit together.
  case shapeMismatch(expected: String, found: String)
  /// A size exceeds what the solver can address.
  case sizeOverflow(String)

  /// One line: what was expected and what came.
  public var description: String {
    switch self {
    case .infeasible(let batch):
      "batch item \(batch) is infeasible: no point satisfies its constraints"
    case .unbounded(let batch):
      "batch item \(batch) is unbounded: its objective improves without limit"
    case .iterationLimit(let batch, let iterations):
      "batch item \(batch) is not solved after \(iterations) iterations"
    case .numericalFailure(let batch, let reason): "batch item \(batch) cannot be solved: \(reason)"
    case .invalidCost(let batch, let column, let value):
      "cost of column \(column) in batch item \(batch) is \(value); "
        + "expected a number below 1e24 in magnitude"
    case .invalidCoefficient(let batch, let row, let column, let value):
      "coefficient of row \(row), column \(column) in batch item \(batch) is \(value); "
        + "expected a finite number"
    case .invalidRowBounds(let batch, let row, let lower, let upper):
      "bounds of row \(row) in batch item \(batch) are \(lower) and \(upper); \(Self.boundsRule)"
    case .invalidVariableBounds(let batch, let column, let lower, let upper):
      "bounds of column \(column) in batch item \(batch) are \(lower) and \(upper); "
        + Self.boundsRule
    case .indexOutOfRange(let position, let row, let column, let rows, let columns):
      "entry \(position) of the matrix is at row \(row), column \(column); "
        + "expected rows in 0 ..< \(rows) and columns in 0 ..< \(columns)"
    case .invalidOption(let expected, let found), .shapeMismatch(let expected, let found):
      "expected \(expected), found \(found)"
    case .sizeOverflow(let what): "\(what) is too large for the solver"
    }
  }

  private static let boundsRule =
    "expected lower <= upper, each below 1e30 in magnitude or infinite outwards"

  /// The same error of another item: solvers of one problem call it item 0.
  func atItem(_ item: Int) -> LinearProgramError {
    switch self {
    case .infeasible: .infeasible(batch: item)
    case .unbounded: .unbounded(batch: item)
    case .iterationLimit(_, let iterations): .iterationLimit(batch: item, iterations: iterations)
    case .numericalFailure(_, let reason): .numericalFailure(batch: item, reason: reason)
    case .invalidCost(_, let column, let value):
      .invalidCost(batch: item, column: column, value: value)
    case .invalidCoefficient(_, let row, let column, let value):
      .invalidCoefficient(batch: item, row: row, column: column, value: value)
    case .invalidRowBounds(_, let row, let lower, let upper):
      .invalidRowBounds(batch: item, row: row, lower: lower, upper: upper)
    case .invalidVariableBounds(_, let column, let lower, let upper):
      .invalidVariableBounds(batch: item, column: column, lower: lower, upper: upper)
    case .indexOutOfRange, .invalidOption, .shapeMismatch, .sizeOverflow: self
    }
  }
}
