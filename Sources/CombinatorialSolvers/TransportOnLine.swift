package import CombinatorialKernels
internal import CombinatorialLibc

/// Optimal transport on the line, where sorting solves it: with costs |x - y|^p, p >= 1, mass never
/// crosses mass.
///
///     z* = integral over q in 0 ... total of |X(q) - Y(q)|^p, X and Y the quantile functions
///
/// z* is W_p^p of the two measures if the totals are 1.
///
/// Masses that lie further apart than the walk along them can tell, and costs beyond the range of double, are
/// left to ``Transport``; a value beyond it is ``CombinatorialError/valueOutOfRange(batch:)``.
///
/// Complexity: O(n log n).
///
/// G. Peyré, M. Cuturi, Computational optimal transport (2019), doi:10.1561/2200000073, section 2.6.
public struct TransportOnLine: Sendable, Hashable {
  /// p, the power of the distance; at least 1.
  public var power: Double

  /// A problem on the line.
  public init(power: Double = 1) { self.power = power }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - sources: positions of the supply.
  ///   - targets: positions of the demand.
  ///   - supply: what each source has.
  ///   - demand: what each target wants; the same total up to rounding, as for ``Transport``.
  /// - Returns: The plan with the potentials, in the gauge of ``Transport``. Sources are rows.
  /// - Throws: ``CombinatorialError``.
  public func solve(
    sources: [Double], targets: [Double], supply: [Double], demand: [Double]
  ) throws(CombinatorialError) -> TransportSolution {
    let shape = TransportShape(batch: 1, rows: sources.count, columns: targets.count)
    let masses = try TransportMasses(supply, demand, shape: shape)
    let staircase = try staircase(sources, targets, masses: masses, shape: shape, item: 0)
    let costs = sources.flatMap { source in targets.map { pow(abs(source - $0), power) } }
    return TransportSolution(
      value: staircase.value,
      plan: staircase.plan.sorted { ($0.row, $0.column) < ($1.row, $1.column) },
      rowPotentials: staircase.rowPotentials, columnPotentials: staircase.columnPotentials,
      matrix: CostMatrix(storage: .double(costs), offset: 0, rowStride: targets.count),
      supply: supply, demand: demand, prices: .refused, excess: staircase.excess)
  }

  /// The derivative of |x - y|^p by x; 0 where both are in one place.
  package func slope(_ offset: Double) -> Double {
    offset == 0 ? 0 : power * pow(abs(offset), power - 1) * (offset > 0 ? 1 : -1)
  }

  /// Solves an item of a batch, whose masses were checked, without writing its costs down.
  package func staircase(
    _ sources: [Double], _ targets: [Double], masses: TransportMasses, shape: TransportShape,
    item: Int
  ) throws(CombinatorialError) -> TransportStaircase {
    guard power >= 1, power.isFinite else {
      throw .invalidOption("power", value: power, expected: "a number of at least 1")
    }
    for (side, positions) in [("source", sources), ("target", targets)] {
      if let at = positions.firstIndex(where: { !$0.isFinite }) {
        throw .invalidOption(
          "\(side) \(at) of batch item \(item)", value: positions[at], expected: "a number")
      }
    }
    _ = try masses.checkedTotals(item, shape: shape)
    let supply = Array(masses.supply[item * shape.rows..<(item + 1) * shape.rows])
    let demand = Array(masses.demand[item * shape.columns..<(item + 1) * shape.columns])
    var merge = SortedMerge(sources, targets, supply, demand, power: power)
    merge.run()
    let staircase = merge.staircase(supply: supply, demand: demand)
    if merge.isComplete, staircase.isFinite { return staircase }
    return try exactly(
      sources, targets,
      masses: try TransportMasses(
        supply, demand,
        shape: .init(
          batch: 1, rows: supply.count, columns: demand.count), tolerance: masses.tolerance),
      item: item)
  }

  /// Masses that lie too far apart for the walk, or costs beyond the range of double: as any other problem.
  private func exactly(
    _ sources: [Double], _ targets: [Double], masses: TransportMasses, item: Int
  ) throws(CombinatorialError) -> TransportStaircase {
    let shape = TransportShape(batch: 1, rows: sources.count, columns: targets.count)
    guard !sources.count.multipliedReportingOverflow(by: targets.count).overflow else {
      throw .sizeOverflow(
        "a transport problem of \(sources.count) rows and \(targets.count) columns")
    }
    let costs = sources.flatMap { source in targets.map { pow(abs(source - $0), power) } }
    do throws(CombinatorialError) {
      let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
        try Transport().solve(costs, masses: masses, shape: shape)
      }
      return TransportStaircase(
        value: output.values[0], plan: output.plan(0, shape: shape),
        rowPotentials: output.rowPotentials, columnPotentials: output.columnPotentials,
        excess: output.excesses[0])
    } catch {
      if case .infeasible = error { throw .valueOutOfRange(batch: item) }
      throw error.ofItem(item)
    }
  }
}

/// An optimal plan on the line along the sorted masses, with the potentials of ``TransportSolution``.
package struct TransportStaircase: Sendable {
  package let value: Double
  package let plan: [TransportEntry]
  package let rowPotentials: [Double]
  package let columnPotentials: [Double]
  /// What was proved without rounding, see ``TransportOutput/excesses``.
  var excess = Double.infinity

  fileprivate var isFinite: Bool {
    value.isFinite && (rowPotentials + columnPotentials).allSatisfy(\.isFinite)
  }
}

/// A mass, and what is left of it, in twice the digits of a double.
private struct Mass {
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
private struct SortedMerge {
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
  ) {
    (self.sources, self.targets, self.power) = (sources, targets, power)
    self.supply = supply.map { Mass(high: $0) }
    self.demand = Self.scaled(demand, toTotalOf: supply)
    rows = sources.indices.sorted { (sources[$0], $0) < (sources[$1], $1) }
    columns = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    u = .init(repeating: 0, count: sources.count)
    v = .init(repeating: 0, count: targets.count)
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

  mutating func run() {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    var (i, j) = (0, 0)
    v[columns[0]] = cost(rows[0], columns[0])
    while true {
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

  func staircase(supply: [Double], demand: [Double]) -> TransportStaircase {
    let ofRows = zip(supply, u).reduce(0) { $0 + $1.0 * $1.1 }
    let ofColumns = zip(demand, v).reduce(0) { $0 + $1.0 * $1.1 }
    let mass = supply.reduce(0, +) + demand.reduce(0, +)
    let gauge = mass > 0 ? (ofColumns - ofRows) / mass : 0
    return TransportStaircase(
      value: plan.reduce(0) { $0 + $1.mass * cost($1.row, $1.column) }, plan: plan,
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
