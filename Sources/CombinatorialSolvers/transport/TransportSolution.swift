internal import CombinatorialKernels

/// Mass that a plan moves from a row to a column.
public struct TransportEntry: Sendable, Hashable, Codable {
  /// Where from.
  public let row: Int
  /// Where to.
  public let column: Int
  /// How much; greater than 0.
  public let mass: Double
}

/// An optimal transport plan with the potentials that prove it.
public struct TransportSolution: OptimalSolution {
  /// z*: the cost of the plan, and of what stays or is missing where that has a price.
  public let value: Double
  /// The plan, by row, then by column: less than rows + columns entries. This is the primal solution u*,
  /// hence dz*/dcosts.
  public let plan: [TransportEntry]
  /// `[rows]`: u, dz*/dsupply along changes that keep the totals equal; see ``Transport``.
  public let rowPotentials: [Double]
  /// `[columns]`: v, dz*/ddemand, likewise.
  public let columnPotentials: [Double]

  let matrix: CostMatrix
  let supply, demand: [Double]
  let prices: Transport.Imbalance
  /// What the kernel proved without rounding, see ``TransportBatch/excesses``.
  var excess = Double.infinity
  /// What rounding may have done to a mass, as a share of it.
  var rounding = 0x1p-52

  private enum CodingKeys: CodingKey { case value, plan, rowPotentials, columnPotentials }

  /// dz*/dcosts, `[rows, columns]`: the plan.
  public var gradient: [Double] { densePlan }

  /// The plan as a matrix `[rows, columns]`, row by row.
  public var densePlan: [Double] {
    var matrix = [Double](repeating: 0, count: supply.count * demand.count)
    for entry in plan { matrix[entry.row * demand.count + entry.column] = entry.mass }
    return matrix
  }

  /// `[rows]`: supply that the plan leaves where it is; 0 up to rounding if an imbalance is refused.
  public var surplus: [Double] {
    plan.reduce(into: supply) { $0[$1.row] -= $1.mass }
  }

  /// `[columns]`: demand that the plan does not meet.
  public var shortage: [Double] {
    plan.reduce(into: demand) { $0[$1.column] -= $1.mass }
  }
}

/// The solutions of a batch. Each is a ``TransportSolution``.
public struct TransportBatch: SolvedBatch, TransportSolutions {
  /// `[batch, rows]`: row potentials, 0 in the padding.
  public package(set) var rowPotentials: [Double]
  /// `[batch, columns]`: column potentials, 0 in the padding.
  public package(set) var columnPotentials: [Double]
  /// `[batch, rows + columns]`: the row of each entry of the plans, by row, then by column; see ``planCounts``.
  public package(set) var planRows: [Int32]
  /// `[batch, rows + columns]`: the columns.
  public package(set) var planColumns: [Int32]
  /// `[batch, rows + columns]`: the masses.
  public package(set) var planMasses: [Double]
  /// `[batch]`: entries of each plan.
  public package(set) var planCounts: [Int]

  /// `[batch]`: what each plan costs more than the optimum, at most; +infinity where the potentials are the only
  /// proof.
  var excesses: [Double]
  /// Supply and demand.
  package let masses: TransportMasses
  /// What an imbalance costs in each problem; nil: it is refused.
  var prices: [ImbalancePrices]?
  package var results: BatchResults

  /// Empty plans.
  package init(shape: BatchShape, masses: TransportMasses) {
    func zeros<Number: Numeric>(_ count: Int) -> [Number] { .init(repeating: 0, count: count) }
    (results, self.masses) = (BatchResults(shape), masses)
    let entries = shape.batch * (shape.rows + shape.columns)
    (planCounts, excesses) = (zeros(shape.batch), zeros(shape.batch))
    rowPotentials = zeros(shape.batch * shape.rows)
    columnPotentials = zeros(shape.batch * shape.columns)
    (planRows, planColumns, planMasses) = (zeros(entries), zeros(entries), zeros(entries))
  }

  /// The entries of one plan.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for entry in entries(of: item) {
      body(Int(planRows[entry]) * shape.columns + Int(planColumns[entry]), planMasses[entry])
    }
  }

  /// `[batch]`: what the supply of each problem has left, and what its demand lacks.
  package var imbalances: (surplus: [Double], shortage: [Double]) {
    let moved = indices.map { item in
      var moved = 0.0
      forEachGradientEntry(of: item) { moved += $1 }
      return moved
    }
    func left(_ masses: [Double], _ size: Int) -> [Double] {
      indices.map { masses[$0 * size..<($0 + 1) * size].reduce(0, +) - moved[$0] }
    }
    return (left(masses.supply, shape.rows), left(masses.demand, shape.columns))
  }

  /// Where the entries of one plan lie.
  func entries(of item: Int) -> Range<Int> {
    let first = item * (shape.rows + shape.columns)
    return first..<first + planCounts[item]
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> TransportSolution {
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    return TransportSolution(
      value: values[item], plan: plan(item),
      rowPotentials: rowPotentials.part(rows), columnPotentials: columnPotentials.part(columns),
      matrix: results.costs(item), supply: masses.supply.part(rows),
      demand: masses.demand.part(columns),
      prices: prices.map { .priced(surplus: $0[item].surplus, shortage: $0[item].shortage) }
        ?? .refused,
      excess: excesses[item], rounding: masses.rounding)
  }

  /// The entries of one plan.
  func plan(_ item: Int) -> [TransportEntry] {
    entries(of: item).map {
      TransportEntry(row: Int(planRows[$0]), column: Int(planColumns[$0]), mass: planMasses[$0])
    }
  }
}
