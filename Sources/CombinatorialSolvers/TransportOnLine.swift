package import CombinatorialKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Optimal transport on the line, where sorting solves it: with costs |x - y|^p, p >= 1, mass never
/// crosses mass.
///
///     z* = integral over q in 0 ... total of |X(q) - Y(q)|^p, X and Y the quantile functions
///
/// z* is W_p^p of the two measures if the totals are 1.
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
      supply: supply, demand: demand, prices: .refused)
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
    let total = try masses.checkedTotals(item, shape: shape)
    let scale = total.demand > 0 ? total.supply / total.demand : 0
    let supply = Array(masses.supply[item * shape.rows..<(item + 1) * shape.rows])
    let demand = masses.demand[item * shape.columns..<(item + 1) * shape.columns]
    var merge = SortedMerge(sources, targets, supply, demand.map { $0 * scale }, power: power)
    merge.run()
    return merge.staircase(supply: supply, demand: Array(demand))
  }
}

/// An optimal plan on the line along the sorted masses, with the potentials of ``TransportSolution``.
package struct TransportStaircase: Sendable {
  package let value: Double
  package let plan: [TransportEntry]
  package let rowPotentials: [Double]
  package let columnPotentials: [Double]
}

/// The walk along both sorted measures: a staircase from the first pair to the last, on which every pair is
/// priced exactly, u[i] + v[j] = cost. As |x - y|^p is submodular, that makes the potentials feasible.
private struct SortedMerge {
  let sources: [Double]
  let targets: [Double]
  let power: Double
  let rows: [Int]
  let columns: [Int]
  var supply: [Double]
  var demand: [Double]
  var u: [Double]
  var v: [Double]
  var plan: [TransportEntry] = []

  init(
    _ sources: [Double], _ targets: [Double], _ supply: [Double], _ demand: [Double],
    power: Double
  ) {
    (self.sources, self.targets, self.supply, self.demand) = (sources, targets, supply, demand)
    self.power = power
    rows = sources.indices.sorted { (sources[$0], $0) < (sources[$1], $1) }
    columns = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    u = .init(repeating: 0, count: sources.count)
    v = .init(repeating: 0, count: targets.count)
  }

  func cost(_ row: Int, _ column: Int) -> Double { pow(abs(sources[row] - targets[column]), power) }

  mutating func run() {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    var (i, j) = (0, 0)
    v[columns[0]] = cost(rows[0], columns[0])
    while true {
      let (row, column) = (rows[i], columns[j])
      let mass = min(supply[row], demand[column])
      if mass > 0 { plan.append(TransportEntry(row: row, column: column, mass: mass)) }
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
