internal import CombinatorialKernels

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
    guard power >= 1, power.isFinite else {
      throw .invalidOption("power", value: power, expected: "a number of at least 1")
    }
    guard sources.count == supply.count, targets.count == demand.count else {
      throw .shapeMismatch(
        expected: "\(sources.count) supplies and \(targets.count) demands",
        found: "\(supply.count) and \(demand.count)")
    }
    for (side, positions) in [("source", sources), ("target", targets)] {
      if let at = positions.firstIndex(where: { !$0.isFinite }) {
        throw .invalidOption("\(side) \(at)", value: positions[at], expected: "a number")
      }
    }
    let shape = TransportShape(batch: 1, rows: supply.count, columns: demand.count)
    let masses = try TransportMasses(supply, demand, shape: shape)
    try masses.checkBalance(shape: shape)
    let total = masses.totals(0, shape: shape)
    let scale = total.demand > 0 ? total.supply / total.demand : 0
    var merge = SortedMerge(sources, targets, supply, demand.map { $0 * scale }, power: power)
    merge.run()
    return merge.solution(supply: supply, demand: demand)
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

  func solution(supply: [Double], demand: [Double]) -> TransportSolution {
    let ofRows = zip(supply, u).reduce(0) { $0 + $1.0 * $1.1 }
    let ofColumns = zip(demand, v).reduce(0) { $0 + $1.0 * $1.1 }
    let mass = supply.reduce(0, +) + demand.reduce(0, +)
    let gauge = mass > 0 ? (ofColumns - ofRows) / mass : 0
    let costs = sources.indices.flatMap { row in targets.indices.map { cost(row, $0) } }
    return TransportSolution(
      value: plan.reduce(0) { $0 + $1.mass * cost($1.row, $1.column) },
      plan: plan.sorted { ($0.row, $0.column) < ($1.row, $1.column) },
      rowPotentials: u.map { $0 + gauge }, columnPotentials: v.map { $0 - gauge },
      matrix: CostMatrix(storage: .double(costs), offset: 0, rowStride: targets.count),
      supply: supply, demand: demand, prices: .refused)
  }
}
