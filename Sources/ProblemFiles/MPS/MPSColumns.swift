internal import CombinatorialFiles
internal import LinearPrograms

/// The columns of an MPS file, which come one after the other with their entries, and their bounds.
struct MPSColumns {
  enum BoundKind: String {
    case upper = "UP"
    case lower = "LO"
    case fixed = "FX"
    case free = "FR"
    case noLower = "MI"
    case noUpper = "PL"
    case binary = "BV"
    case integerLower = "LI"
    case integerUpper = "UI"

    var hasValue: Bool {
      switch self {
      case .upper, .lower, .fixed, .integerLower, .integerUpper: true
      case .free, .noLower, .noUpper, .binary: false
      }
    }
  }

  /// What is known of a column.
  private struct Facts: OptionSet {
    let rawValue: UInt8
    static let integer = Facts(rawValue: 1)
    /// Some bound names it.
    static let bounded = Facts(rawValue: 2)
    /// The lower bound was given, by a number or otherwise.
    static let lowerGiven = Facts(rawValue: 4)
    static let lowerNumber = Facts(rawValue: 8)
    static let upperNumber = Facts(rawValue: 16)
  }

  private(set) var names: [String] = []
  private(set) var costs: [Double] = []
  private var facts: [Facts] = []
  private var lower: [Double] = []
  private var upper: [Double] = []
  /// Whether the last column has an entry in the objective.
  private var hasCost = false

  // The matrix, compressed by columns.
  private var starts: [Int32] = [0]
  private var rows: [Int32] = []
  private var values: [Double] = []
  /// `[rows]`: the number of the column, counted from 1, that had the last entry of a row.
  private var lastColumns: [Int32] = []

  var count: Int { names.count }

  /// - Parameter entries: As many as may come; memory that is reserved and not used costs nothing.
  mutating func reserve(entries: Int) {
    rows.reserveCapacity(entries)
    values.reserveCapacity(entries)
  }

  mutating func addRow() { lastColumns.append(0) }

  /// Begins a column.
  ///
  /// - Returns: Whether numbers of the solver can count so many columns and entries.
  mutating func add(column name: TextBytes, isInteger: Bool) -> Bool {
    guard count < Int(Int32.max) - 1, values.count < Int(Int32.max) else { return false }
    endColumn()
    names.append(String(decoding: name, as: UTF8.self))
    costs.append(0)
    facts.append(isInteger ? .integer : [])
    lower.append(0)
    upper.append(.infinity)
    hasCost = false
    return true
  }

  /// Sets the cost of the last column; false: it has one.
  mutating func setCost(_ value: Double) -> Bool {
    guard !hasCost else { return false }
    hasCost = true
    costs[costs.count - 1] = value
    return true
  }

  /// Adds an entry to the last column; false: it has one in this row.
  mutating func addEntry(row: Int, _ value: Double) -> Bool {
    guard lastColumns[row] != Int32(count) else { return false }
    lastColumns[row] = Int32(count)
    if value != 0 {
      rows.append(Int32(row))
      values.append(value)
    }
    return true
  }

  /// Brings the entries of the last column into the order of rows.
  private mutating func endColumn() {
    guard starts.count <= count else { return }
    let entries = Int(starts[starts.count - 1])..<rows.count
    if entries.dropFirst().contains(where: { rows[$0 - 1] > rows[$0] }) {
      let sorted = entries.sorted { rows[$0] < rows[$1] }
      let (oldRows, oldValues) = (sorted.map { rows[$0] }, sorted.map { values[$0] })
      rows.replaceSubrange(entries, with: oldRows)
      values.replaceSubrange(entries, with: oldValues)
    }
    starts.append(Int32(rows.count))
  }

  /// The matrix, once all columns are read.
  mutating func matrix() -> ConstraintMatrix {
    endColumn()
    return ConstraintMatrix(
      ordered: values, rowIndices: rows, columnStarts: starts, rows: lastColumns.count)
  }

  // MARK: Bounds

  /// Sets a bound of a column.
  ///
  /// - Returns: What is wrong with it, if anything is.
  mutating func setBound(_ kind: BoundKind, ofColumn column: Int, _ value: Double) -> String? {
    facts[column].insert(.bounded)
    switch kind {
    case .binary, .integerLower, .integerUpper: facts[column].insert(.integer)
    case .upper, .lower, .fixed, .free, .noLower, .noUpper: break
    }
    let value = LinearModel.bound(value)
    switch kind {
    case .upper, .integerUpper: return setUpper(value, of: column)
    case .lower, .integerLower: return setLower(value, of: column)
    case .fixed: return setLower(value, of: column) ?? setUpper(value, of: column)
    case .free: forget(column, lower: -.infinity, upper: .infinity)
    case .noLower: forget(column, lower: -.infinity, upper: nil)
    case .noUpper: forget(column, lower: nil, upper: .infinity)
    case .binary: forget(column, lower: 0, upper: 1)
    }
    return nil
  }

  /// Sets bounds that have no numbers of their own, instead of what was there.
  private mutating func forget(_ column: Int, lower: Double?, upper: Double?) {
    if let lower {
      self.lower[column] = lower
      facts[column].insert(.lowerGiven)
      facts[column].remove(.lowerNumber)
    }
    if let upper {
      self.upper[column] = upper
      facts[column].remove(.upperNumber)
    }
  }

  private mutating func setLower(_ value: Double, of column: Int) -> String? {
    guard value < .infinity else { return "has an infinite lower bound that no point can satisfy" }
    guard !facts[column].contains(.lowerNumber) || lower[column] == value else {
      return "has a second lower bound, \(value) after \(lower[column])"
    }
    lower[column] = value
    facts[column].formUnion([.lowerGiven, .lowerNumber])
    return nil
  }

  private mutating func setUpper(_ value: Double, of column: Int) -> String? {
    guard value > -.infinity else { return "has an infinite upper bound that no point can satisfy" }
    guard !facts[column].contains(.upperNumber) || upper[column] == value else {
      return "has a second upper bound, \(value) after \(upper[column])"
    }
    upper[column] = value
    facts[column].insert(.upperNumber)
    return nil
  }

  /// The bounds of all columns, once all lines are read.
  mutating func finalBounds() -> (lower: [Double], upper: [Double]) {
    for (column, facts) in facts.enumerated() {
      // Integers that no bound mentions are binary.
      if facts.contains(.integer), !facts.contains(.bounded) { upper[column] = 1 }
      // A negative upper bound alone does not make the model infeasible.
      if upper[column] < 0, !facts.contains(.lowerGiven) { lower[column] = -.infinity }
    }
    return (lower, upper)
  }

  /// The columns that are integers.
  var integers: [Int] { facts.indices.filter { facts[$0].contains(.integer) } }
}
