/// Whether an objective is made small or large.
public enum OptimizationSense: String, Sendable, Hashable, Codable {
  case minimize
  case maximize

  /// What the objective is multiplied with to make the problem a minimization.
  var sign: Double { self == .minimize ? 1 : -1 }
}

/// The interval that a row or a variable of a linear program must lie in.
public struct Bounds: Sendable, Hashable {
  /// The least value; -infinity: none.
  public var lower: Double
  /// The greatest value; +infinity: none.
  public var upper: Double

  /// At most `upper`.
  public static func atMost(_ upper: Double) -> Bounds { Bounds(lower: -.infinity, upper: upper) }
  /// At least `lower`.
  public static func atLeast(_ lower: Double) -> Bounds { Bounds(lower: lower, upper: .infinity) }
  /// Exactly `value`: an equality constraint, or a fixed variable.
  public static func equal(_ value: Double) -> Bounds { Bounds(lower: value, upper: value) }
  /// From `lower` to `upper`.
  public static func between(_ lower: Double, _ upper: Double) -> Bounds {
    Bounds(lower: lower, upper: upper)
  }
  /// Any value.
  public static let free = Bounds(lower: -.infinity, upper: .infinity)
  /// At least 0.
  public static let nonnegative = Bounds.atLeast(0)
}

/// A linear program in the general form:
///
///     optimize  costs . u + offset
///     subject to  rowLower <= A u <= rowUpper,  lower <= u <= upper
///
/// Infinite bounds are none. ``LinearProgram`` solves it, and checks it then: a model may be changed
/// in any order.
public struct LinearModel: Sendable, Hashable {
  /// Minimize or maximise.
  public var sense: OptimizationSense
  /// `[columns]`: c.
  public var costs: [Double]
  /// A constant part of the objective.
  public var offset: Double
  /// `[rows, columns]`: A.
  public var constraints: ConstraintMatrix
  /// `[rows]`: the least values of A u.
  public var rowLower: [Double]
  /// `[rows]`: the greatest values of A u.
  public var rowUpper: [Double]
  /// `[columns]`: the least values of u.
  public var lower: [Double]
  /// `[columns]`: the greatest values of u.
  public var upper: [Double]
  /// Variables that the model's source declares to be integers. They are solved for as real numbers:
  /// this is the linear relaxation.
  public var relaxedColumns: [Int] = []
  /// `[rows]`, or empty if the rows have no names.
  public var rowNames: [String] = []
  /// `[columns]`, or empty if the columns have no names.
  public var columnNames: [String] = []

  /// The standard form: minimize `costs . u` subject to `constraints u = bounds`, `u >= 0`.
  public init(costs: [Double], constraints: ConstraintMatrix, bounds: [Double]) {
    self.init(
      costs: costs, constraints: constraints, rowLower: bounds, rowUpper: bounds)
  }

  /// The general form, each bound an array of its own.
  ///
  /// - Parameters:
  ///   - lower: nil: all variables are at least 0.
  ///   - upper: nil: no variable has an upper bound.
  public init(
    sense: OptimizationSense = .minimize, costs: [Double], constraints: ConstraintMatrix,
    rowLower: [Double], rowUpper: [Double], lower: [Double]? = nil, upper: [Double]? = nil,
    offset: Double = 0
  ) {
    (self.sense, self.costs, self.offset) = (sense, costs, offset)
    (self.constraints, self.rowLower, self.rowUpper) = (constraints, rowLower, rowUpper)
    self.lower = lower ?? [Double](repeating: 0, count: constraints.columns)
    self.upper = upper ?? [Double](repeating: .infinity, count: constraints.columns)
  }

  /// The general form, as one writes it: `rows: [.atMost(4), .equal(1)]`.
  ///
  /// - Parameter variables: nil: all variables are at least 0.
  public init(
    sense: OptimizationSense = .minimize, costs: [Double], constraints: ConstraintMatrix,
    rows: [Bounds], variables: [Bounds]? = nil, offset: Double = 0
  ) {
    self.init(
      sense: sense, costs: costs, constraints: constraints, rowLower: rows.map(\.lower),
      rowUpper: rows.map(\.upper), lower: variables?.map(\.lower),
      upper: variables?.map(\.upper), offset: offset)
  }
}
