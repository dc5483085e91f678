internal import CombinatorialKernels
internal import CombinatorialLibc

/// A mass, and what is left of it, in twice the digits of a double.
struct Mass {
  var high: Double
  var low = 0.0

  static func -= (mass: inout Mass, other: Mass) {
    let sum = mass.high - other.high
    let ofMass = sum + other.high
    let error = (mass.high - ofMass) + (-other.high - (sum - ofMass)) + (mass.low - other.low)
    mass.high = sum + error
    mass.low = error - (mass.high - sum)
  }

  static func <= (a: Mass, b: Mass) -> Bool {
    a.high < b.high || (a.high == b.high && a.low <= b.low)
  }
}

/// The walk along both sorted measures: a staircase from the first pair to the last, on which every pair is
/// priced exactly, u[i] + v[j] = cost. As |x - y|^p is submodular, that makes the potentials feasible.
struct SortedMerge {
  let sources: [Double]
  let targets: [Double]
  let power: Double
  let rows: [Int]
  let columns: [Int]
  var supply: [Mass]
  var demand: [Mass]
  var u: [Double]
  var v: [Double]
  var plan: [TransportEntry] = []

  init(
    _ sources: [Double], _ targets: [Double], _ supply: [Double], _ demand: [Double],
    power: Double
  ) throws(CombinatorialError) {
    (self.sources, self.targets, self.power) = (sources, targets, power)
    self.supply = supply.map { Mass(high: $0) }
    self.demand = Self.scaled(demand, toTotalOf: supply)
    rows = try Self.order(of: sources)
    columns = try Self.order(of: targets)
    u = .init(repeating: 0, count: sources.count)
    v = .init(repeating: 0, count: targets.count)
  }

  /// Positions in ascending order, equal ones as they come.
  private static func order(of positions: [Double]) throws(CombinatorialError) -> [Int] {
    let stop = StopFlag.current
    do {
      return try positions.indices.sorted {
        if let stop, stop.isSet { throw CancellationError() }
        return (positions[$0], $0) < (positions[$1], $1)
      }
    } catch {
      throw CombinatorialError(.cancelled)
    }
  }

  /// The demand in the total of the supply.
  private static func scaled(_ demand: [Double], toTotalOf supply: [Double]) -> [Mass] {
    let (supplied, demanded) = (supply.total, demand.total)
    var missing = supplied
    missing -= demanded
    let share = demanded.high > 0 ? missing.high / demanded.high : 0
    return demand.map {
      var mass = Mass(high: $0)
      mass -= Mass(high: -$0 * share)
      return mass
    }
  }

  /// Whether the walk has left nothing but rounding of each mass.
  var isComplete: Bool {
    let share = Double(rows.count + columns.count) * 0x1p-52
    let masses = plan.reduce(into: (rows: u.map { _ in 0.0 }, columns: v.map { _ in 0.0 })) {
      $0.rows[$1.row] += $1.mass
      $0.columns[$1.column] += $1.mass
    }
    return zip(supply, masses.rows).allSatisfy { abs($0.high) <= share * $1 }
      && zip(demand, masses.columns).allSatisfy { abs($0.high) <= share * $1 }
  }

  func cost(_ row: Int, _ column: Int) -> Double { pow(abs(sources[row] - targets[column]), power) }

  mutating func run() throws(CombinatorialError) {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let stop = StopFlag.current
    var (i, j) = (0, 0)
    v[columns[0]] = cost(rows[0], columns[0])
    while true {
      if (i + j) % 4096 == 0 { try stop.check() }
      let (row, column) = (rows[i], columns[j])
      let mass = supply[row] <= demand[column] ? supply[row] : demand[column]
      if mass.high > 0 {
        plan.append(TransportEntry(row: row, column: column, mass: mass.high))
      }
      supply[row] -= mass
      demand[column] -= mass
      let rowIsDone = supply[row] <= demand[column]
      if i + 1 < rows.count, rowIsDone || j + 1 == columns.count {
        i += 1
        u[rows[i]] = cost(rows[i], column) - v[column]
      } else if j + 1 < columns.count {
        j += 1
        v[columns[j]] = cost(row, columns[j]) - u[row]
      } else {
        return
      }
    }
  }

  func staircase(
    supply: [Double], demand: [Double]
  ) throws(CombinatorialError) -> TransportStaircase {
    let stop = StopFlag.current
    var value = 0.0
    for (place, entry) in plan.enumerated() {
      if place % 4096 == 0 { try stop.check() }
      value += entry.mass * cost(entry.row, entry.column)
    }
    let ofRows = zip(supply, u).reduce(0) { $0 + $1.0 * $1.1 }
    let ofColumns = zip(demand, v).reduce(0) { $0 + $1.0 * $1.1 }
    let mass = supply.reduce(0, +) + demand.reduce(0, +)
    let gauge = mass > 0 ? (ofColumns - ofRows) / mass : 0
    return TransportStaircase(
      value: value, plan: plan,
      rowPotentials: u.map { $0 + gauge }, columnPotentials: v.map { $0 - gauge })
  }
}

extension [Double] {
  fileprivate var total: Mass {
    var sum = Mass(high: 0)
    for x in self { sum -= Mass(high: -x) }
    return sum
  }
}
