public import CombinatorialKernels
internal import CombinatorialLibc

/// Optimal transport on the line, where sorting solves it: with costs |x - y|^p, p >= 1, mass never
/// crosses mass.
///
///     z* = integral over q in 0 ... total of |X(q) - Y(q)|^p, X and Y the quantile functions
///
///     try TransportOnLine().solve(
///       sources: [0, 3], targets: [1, 5], supply: [1, 1], demand: [1, 1]
///     ).value  // 3
///
/// z* is W_p^p of the two measures if the totals are 1.
///
/// Masses that lie further apart than the walk along them can tell, and costs beyond the range of double, are
/// left to ``Transport``; a value beyond it is ``CombinatorialError/Reason/valueOutOfRange``.
///
/// Complexity: O(n log n).
///
/// G. Peyré, M. Cuturi, Computational optimal transport (2019), doi:10.1561/2200000073, section 2.6.
public struct TransportOnLine: Sendable, Hashable {
  /// p, the power of the distance; at least 1.
  public var power: Double
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem on the line.
  public init(power: Double = 1, maxThreads: Int? = nil) {
    (self.power, self.maxThreads) = (power, maxThreads)
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - sources: Positions of the supply.
  ///   - targets: Positions of the demand.
  ///   - supply: What each source has.
  ///   - demand: What each target wants; the same total up to rounding, as for ``Transport``.
  /// - Returns: The plan with the potentials, in the gauge of ``Transport``. Sources are rows.
  /// - Throws: ``CombinatorialError``.
  public func solve<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], supply: [Scalar], demand: [Scalar]
  ) throws(CombinatorialError) -> TransportSolution {
    try solve(sources: sources, targets: targets, supply: supply, demand: demand, batch: 1)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - sources: `[batch, rows]`: positions of the supply.
  ///   - targets: `[batch, columns]`: positions of the demand.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - batch: The number of problems.
  ///   - rowCounts: Sources in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Targets in use, for each problem; nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> TransportBatch {
    let points = try PointsOnLine(sources, targets, batch: batch, rowCounts, columnCounts)
    let masses = try TransportMasses(supply, demand, shape: points.shape)
    return try TransportBatch(staircases(points, masses: masses), points, masses, power: power)
  }

  /// The optimal values of a batch and the gradients of their sum, from one run.
  ///
  ///     dz*/dsources[i] = sum over j of plan[i, j] d|x - y|^p/dx        dz*/dsupply = u
  ///     dz*/dtargets[j] = sum over i of plan[i, j] d|x - y|^p/dy        dz*/ddemand = v
  ///
  /// - Returns: z* of each problem, and the gradients in the shapes of the arguments, 0 in the padding.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    sources: [Scalar], targets: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int = 1,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> (values: [Double], gradient: TransportPositionGradient<Scalar>) {
    let points = try PointsOnLine(sources, targets, batch: batch, rowCounts, columnCounts)
    let masses = try TransportMasses(supply, demand, shape: points.shape)
    let staircases = try staircases(points, masses: masses)
    try StopFlag.current.check()
    var gradient = TransportPositionGradient<Scalar>(
      sources: sources.map { _ in 0 }, targets: targets.map { _ in 0 },
      supply: supply.map { _ in 0 }, demand: demand.map { _ in 0 })
    for (item, staircase) in staircases.enumerated() {
      let (rows, columns) = (points.shape.rowRange(item), points.shape.columnRange(item))
      var (bySources, byTargets) = (rows.map { _ in 0.0 }, columns.map { _ in 0.0 })
      for (place, entry) in staircase.plan.enumerated() {
        if place % 4096 == 0 { try StopFlag.current.check() }
        let offset =
          points.sources[rows.lowerBound + entry.row]
          - points.targets[columns.lowerBound + entry.column]
        bySources[entry.row] += entry.mass * slope(offset)
        byTargets[entry.column] -= entry.mass * slope(offset)
      }
      gradient.sources.replaceSubrange(rows, with: bySources.map { Scalar($0) })
      gradient.targets.replaceSubrange(columns, with: byTargets.map { Scalar($0) })
      gradient.supply.replaceSubrange(rows, with: staircase.rowPotentials.map { Scalar($0) })
      gradient.demand.replaceSubrange(columns, with: staircase.columnPotentials.map { Scalar($0) })
    }
    return (staircases.map(\.value), gradient)
  }

  /// One staircase for each problem.
  package func staircases(
    _ points: PointsOnLine, masses: TransportMasses
  ) throws(CombinatorialError) -> [TransportStaircase] {
    try Parallel.map(points.shape.batch, maxThreads: maxThreads) {
      item throws(CombinatorialError) in try staircase(points, masses: masses, item: item)
    }
  }

  /// The derivative of |x - y|^p by x; 0 where both are in one place.
  private func slope(_ offset: Double) -> Double {
    offset == 0 ? 0 : power * pow(abs(offset), power - 1) * (offset > 0 ? 1 : -1)
  }

  /// Solves an item of a batch, whose masses were checked, without writing its costs down.
  private func staircase(
    _ points: PointsOnLine, masses: TransportMasses, item: Int
  ) throws(CombinatorialError) -> TransportStaircase {
    try StopFlag.current.check()
    guard power >= 1, power.isFinite else {
      throw CombinatorialError(
        .invalidOption("power", value: power, expected: "a number of at least 1"))
    }
    let (shape, rows, columns) = (
      points.shape, points.shape.rowRange(item), points.shape.columnRange(item)
    )
    let (sources, targets) = (Array(points.sources[rows]), Array(points.targets[columns]))
    for (side, positions) in [("source", sources), ("target", targets)] {
      if let at = positions.firstIndex(where: { !$0.isFinite }) {
        throw CombinatorialError(
          .invalidOption(
            "\(side) \(at) of batch item \(item)", value: positions[at], expected: "a number"),
          item: item)
      }
    }
    _ = try masses.checkedTotals(item, shape: shape)
    try StopFlag.current.check()
    let (supply, demand) = (Array(masses.supply[rows]), Array(masses.demand[columns]))
    var merge = try SortedMerge(sources, targets, supply, demand, power: power)
    try merge.run()
    let staircase = try merge.staircase(supply: supply, demand: demand)
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
    let shape = BatchShape(batch: 1, rows: sources.count, columns: targets.count)
    guard !sources.count.multipliedReportingOverflow(by: targets.count).overflow else {
      throw .sizeOverflow(
        "a transport problem of \(sources.count) rows and \(targets.count) columns")
    }
    let costs = try costsOnLine(sources[...], targets[...], power: power)
    do throws(CombinatorialError) {
      let output = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
        try Transport().solveInPlace(costs, masses: masses, shape: shape)
      }
      return TransportStaircase(
        value: output.values[0], plan: output.plan(0),
        rowPotentials: output.rowPotentials, columnPotentials: output.columnPotentials,
        excess: output.excesses[0])
    } catch {
      if error.reason == .infeasible { throw CombinatorialError(.valueOutOfRange, item: item) }
      throw error.ofItem(item)
    }
  }
}

/// Positions of a batch: `[batch, rows]` and `[batch, columns]`.
package struct PointsOnLine: Sendable {
  package let shape: BatchShape
  package let sources, targets: [Double]

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package init<Scalar: CostScalar>(
    _ sources: [Scalar], _ targets: [Scalar], batch: Int, _ rowCounts: [Int]? = nil,
    _ columnCounts: [Int]? = nil
  ) throws(CombinatorialError) {
    guard batch >= 0,
      [sources.count, targets.count].allSatisfy({ count in
        batch > 0 ? count % batch == 0 : count == 0
      })
    else {
      throw .shapeMismatch(
        expected: "as many sources, and as many targets, in each of \(batch) problems",
        found: "\(sources.count) and \(targets.count)")
    }
    shape = BatchShape(
      batch: batch, rows: sources.count / max(1, batch), columns: targets.count / max(1, batch),
      rowCounts: rowCounts, columnCounts: columnCounts)
    try BatchShape.check(rowCounts, named: "row counts", batch: batch, limit: shape.rows)
    try BatchShape.check(columnCounts, named: "column counts", batch: batch, limit: shape.columns)
    try StopFlag.current.check()
    self.sources = sources.map { Double($0) }
    self.targets = targets.map { Double($0) }
  }
}

extension TransportBatch {
  /// Solutions whose costs, for the certificates, are written down.
  fileprivate init(
    _ staircases: [TransportStaircase], _ points: PointsOnLine, _ masses: TransportMasses,
    power: Double
  ) throws(CombinatorialError) {
    let shape = points.shape
    let (cells, overflow) = shape.rows.multipliedReportingOverflow(by: shape.columns)
    guard !overflow, !cells.multipliedReportingOverflow(by: Swift.max(1, shape.batch)).overflow
    else {
      throw .sizeOverflow("a transport problem of \(shape.rows) rows and \(shape.columns) columns")
    }
    self.init(shape: shape, masses: masses)
    values = staircases.map(\.value)
    excesses = staircases.map(\.excess)
    for (item, staircase) in staircases.enumerated() {
      let first = item * (shape.rows + shape.columns)
      let plan = staircase.plan.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
      for (place, entry) in plan.enumerated() {
        planRows[first + place] = Int32(entry.row)
        planColumns[first + place] = Int32(entry.column)
        planMasses[first + place] = entry.mass
      }
      planCounts[item] = plan.count
      rowPotentials.replaceSubrange(shape.rowRange(item), with: staircase.rowPotentials)
      columnPotentials.replaceSubrange(shape.columnRange(item), with: staircase.columnPotentials)
    }
    var costs: [Double] = []
    costs.reserveCapacity(shape.batch * cells)
    for item in 0..<shape.batch {
      costs += try costsOnLine(
        points.sources[item * shape.rows..<(item + 1) * shape.rows],
        points.targets[item * shape.columns..<(item + 1) * shape.columns], power: power)
    }
    costs.withUnsafeBufferPointer { keep(costs: $0) }
  }
}

/// The costs of all pairs, row by row.
private func costsOnLine(
  _ sources: ArraySlice<Double>, _ targets: ArraySlice<Double>, power: Double
) throws(CombinatorialError) -> [Double] {
  let stop = StopFlag.current
  var costs: [Double] = []
  costs.reserveCapacity(sources.count * targets.count)
  for source in sources {
    try stop.check()
    for target in targets { costs.append(pow(abs(source - target), power)) }
  }
  return costs
}

/// An optimal plan on the line along the sorted masses, with the potentials of ``TransportSolution``.
package struct TransportStaircase: Sendable {
  package let value: Double
  package let plan: [TransportEntry]
  package let rowPotentials, columnPotentials: [Double]
  /// What was proved without rounding, see ``TransportBatch/excesses``.
  var excess = Double.infinity

  fileprivate var isFinite: Bool {
    value.isFinite && (rowPotentials + columnPotentials).allSatisfy(\.isFinite)
  }
}
