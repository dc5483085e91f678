/// What the sections of an MPS file say, and how it makes a model.
struct MPSParts {
  enum RowKind: String {
    case free = "N"
    case atMost = "L"
    case atLeast = "G"
    case equal = "E"
  }

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

  var sense = OptimizationSense.minimize
  var offset = 0.0
  var rightHandSides: [Double] = []
  var ranges: [Int: Double] = [:]

  private var rowNames: [String] = []
  private var rowKinds: [RowKind] = []
  private var columnNames: [String] = []
  private var costs: [Double] = []
  private var isInteger: [Bool] = []
  private var lower: [Double] = []
  private var upper: [Double] = []
  private var hasBounds: [Bool] = []
  private var entries: [(row: Int, column: Int, value: Double)] = []

  var columnCount: Int { columnNames.count }

  mutating func add(row name: String, _ kind: RowKind) -> Int {
    rowNames.append(name)
    rowKinds.append(kind)
    rightHandSides.append(0)
    return rowNames.count - 1
  }

  mutating func add(column name: String, isInteger: Bool) -> Int {
    columnNames.append(name)
    costs.append(0)
    self.isInteger.append(isInteger)
    lower.append(0)
    upper.append(.infinity)
    hasBounds.append(false)
    return columnNames.count - 1
  }

  /// Adds to the cost of the last column.
  mutating func addCost(_ value: Double) { costs[costs.count - 1] += value }

  /// Adds to an entry of the last column.
  mutating func addEntry(row: Int, _ value: Double) {
    entries.append((row, columnCount - 1, value))
  }

  mutating func setBound(_ kind: BoundKind, of column: Int, _ value: Double) {
    hasBounds[column] = true
    switch kind {
    case .upper, .integerUpper:
      upper[column] = value
      // The custom: a negative upper bound alone does not make the model infeasible.
      if value < 0, lower[column] == 0 { lower[column] = -.infinity }
    case .lower, .integerLower: lower[column] = value
    case .fixed: (lower[column], upper[column]) = (value, value)
    case .free: (lower[column], upper[column]) = (-.infinity, .infinity)
    case .noLower: lower[column] = -.infinity
    case .noUpper: upper[column] = .infinity
    case .binary: (lower[column], upper[column]) = (0, 1)
    }
    switch kind {
    case .binary, .integerLower, .integerUpper: isInteger[column] = true
    case .upper, .lower, .fixed, .free, .noLower, .noUpper: break
    }
  }

  private func bounds(ofRow row: Int) -> Bounds {
    let value = rightHandSides[row]
    let range = ranges[row]
    let width = range.map { abs($0) } ?? .infinity
    return switch rowKinds[row] {
    case .atMost: .between(value - width, value)
    case .atLeast: .between(value, value + width)
    case .equal: .between(value + min(range ?? 0, 0), value + max(range ?? 0, 0))
    case .free: .free
    }
  }

  func model() throws(LinearProgramError) -> LinearModel {
    let matrix = try ConstraintMatrix(
      rows: rowNames.count, columns: columnCount, entries: entries)
    func bound(_ value: Double) -> Double {
      abs(value) < LinearModel.infiniteBound ? value : value < 0 ? -.infinity : .infinity
    }
    var model = LinearModel(
      sense: sense, costs: costs, constraints: matrix,
      rows: rowNames.indices.map { bounds(ofRow: $0) },
      variables: columnNames.indices.map { column in
        // Integers that no bound mentions are binary.
        isInteger[column] && !hasBounds[column]
          ? .between(0, 1) : .between(bound(lower[column]), bound(upper[column]))
      },
      offset: offset)
    model.relaxedColumns = isInteger.indices.filter { isInteger[$0] }
    model.rowNames = rowNames
    model.columnNames = columnNames
    return model
  }
}
