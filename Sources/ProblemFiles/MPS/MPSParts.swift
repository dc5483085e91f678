internal import CombinatorialFiles
internal import LinearPrograms

/// What the sections of an MPS file say, and how it makes a model.
struct MPSParts {
  enum RowKind: String {
    case free = "N"
    case atMost = "L"
    case atLeast = "G"
    case equal = "E"
  }

  var sense: OptimizationSense?
  /// The right-hand side of the objective; nil: none yet.
  var objectiveSide: Double?
  var columns = MPSColumns()

  private var rowNames: [String] = []
  private var rowKinds: [RowKind] = []
  /// NaN: none yet.
  private var rightHandSides: [Double] = []
  /// NaN: none. Empty until the first one comes.
  private var ranges: [Double] = []

  var rowCount: Int { rowNames.count }

  mutating func add(row name: TextBytes, _ kind: RowKind) -> Int {
    rowNames.append(String(decoding: name, as: UTF8.self))
    rowKinds.append(kind)
    rightHandSides.append(.nan)
    columns.addRow()
    return rowNames.count - 1
  }

  /// Sets the right-hand side of a row.
  ///
  /// - Returns: What is wrong with it, if anything is.
  mutating func setRightHandSide(_ value: Double, ofRow row: Int) -> String? {
    let value = LinearModel.bound(value)
    guard rightHandSides[row].isNaN || rightHandSides[row] == value else {
      return "has a second right-hand side, \(value) after \(rightHandSides[row])"
    }
    rightHandSides[row] = value
    let isReachable =
      switch rowKinds[row] {
      case .atMost: value > -.infinity
      case .atLeast: value < .infinity
      case .equal: value.isFinite
      case .free: true
      }
    guard isReachable else { return "has an infinite right-hand side that no point can satisfy" }
    return conflict(ofRow: row)
  }

  /// Sets the range of a row; as ``setRightHandSide(_:ofRow:)``.
  mutating func setRange(_ value: Double, ofRow row: Int) -> String? {
    while ranges.count < rowCount { ranges.append(.nan) }
    guard ranges[row].isNaN || ranges[row] == value else {
      return "has a second range, \(value) after \(ranges[row])"
    }
    ranges[row] = value
    return conflict(ofRow: row)
  }

  private func conflict(ofRow row: Int) -> String? {
    guard rightHandSides[row].isInfinite, row < ranges.count, !ranges[row].isNaN else { return nil }
    return "has a range beside an infinite right-hand side"
  }

  private func bounds(ofRow row: Int) -> Bounds {
    let value = rightHandSides[row].isNaN ? 0 : rightHandSides[row]
    let range = row < ranges.count && !ranges[row].isNaN ? ranges[row] : nil
    let width = range.map { abs($0) } ?? .infinity
    let (lower, upper) =
      switch rowKinds[row] {
      case .atMost: (value - width, value)
      case .atLeast: (value, value + width)
      case .equal: (value + min(range ?? 0, 0), value + max(range ?? 0, 0))
      case .free: (-Double.infinity, Double.infinity)
      }
    return .between(
      value == .infinity ? -.infinity : LinearModel.bound(lower),
      value == -.infinity ? .infinity : LinearModel.bound(upper))
  }

  /// The model, once all lines are read.
  mutating func model() -> LinearModel {
    let rows = rowNames.indices.map { bounds(ofRow: $0) }
    let (lower, upper) = columns.finalBounds()
    var model = LinearModel(
      sense: sense ?? .minimize, costs: columns.costs, constraints: columns.matrix(),
      rowLower: rows.map(\.lower), rowUpper: rows.map(\.upper), lower: lower, upper: upper,
      // The objective is c . u less its right-hand side.
      offset: objectiveSide.map { 0 - $0 } ?? 0)
    model.relaxedColumns = columns.integers
    model.rowNames = rowNames
    model.columnNames = columns.names
    return model
  }
}

extension LinearModel {
  /// A bound, infinite from the magnitude on that the solver takes for that.
  static func bound(_ value: Double) -> Double {
    abs(value) < infiniteBound ? value : value < 0 ? -.infinity : .infinity
  }
}
