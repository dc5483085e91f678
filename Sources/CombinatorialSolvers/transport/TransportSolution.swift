internal import CombinatorialKernels

/// Mass that a plan moves from a row to a column.
public struct TransportEntry: Sendable, Hashable {
  /// Where from.
  public let row: Int
  /// Where to.
  public let column: Int
  /// How much; greater than 0.
  public let mass: Double
}

/// An optimal transport plan with the potentials that prove it.
public struct TransportSolution: Sendable {
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
  let supply: [Double]
  let demand: [Double]
  let prices: Transport.Imbalance
  /// What the kernel proved without rounding, see ``TransportOutput/excesses``.
  var excess = Double.infinity
  /// What rounding may have done to a mass, as a share of it.
  var rounding = 0x1p-52

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
public struct TransportBatch: Sendable, RandomAccessCollection {
  let problem: Transport
  let shape: TransportShape
  let costs: CostStorage
  let masses: TransportMasses
  let output: TransportOutput

  init(
    problem: Transport, shape: TransportShape, costs: CostStorage, masses: TransportMasses,
    output: TransportOutput
  ) {
    self.problem = problem
    self.shape = shape
    self.costs = costs
    self.masses = masses
    self.output = output
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of problems.
  public var endIndex: Int { shape.batch }

  /// `[batch]`: z* of each problem.
  public var values: [Double] { output.values }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> TransportSolution {
    let rows = item * shape.rows..<item * shape.rows + shape.rowCount(item)
    let columns = item * shape.columns..<item * shape.columns + shape.columnCount(item)
    return TransportSolution(
      value: output.values[item], plan: output.plan(item, shape: shape),
      rowPotentials: Array(output.rowPotentials[rows]),
      columnPotentials: Array(output.columnPotentials[columns]),
      matrix: CostMatrix(
        storage: costs, offset: item * shape.rows * shape.columns, rowStride: shape.columns),
      supply: Array(masses.supply[rows]), demand: Array(masses.demand[columns]),
      prices: problem.imbalance, excess: output.excesses[item], rounding: masses.rounding)
  }
}

extension TransportOutput {
  /// The entries of one plan.
  func plan(_ item: Int, shape: TransportShape) -> [TransportEntry] {
    let start = item * (shape.rows + shape.columns)
    return (start..<start + planCounts[item]).map {
      TransportEntry(row: Int(planRows[$0]), column: Int(planColumns[$0]), mass: planMasses[$0])
    }
  }
}
