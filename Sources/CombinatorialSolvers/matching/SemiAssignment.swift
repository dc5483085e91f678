internal import CCombinatorialKernels
public import CombinatorialKernels

/// Assignment to columns that take several rows: every row takes one column, column j at most
/// `capacities[j]` rows.
///
///     z* = min  sum_ij costs[i][j] x[i][j]   subject to  sum_j x[i][j] = 1,  sum_i x[i][j] <= capacities[j]
///
///     let bins = SemiAssignment(capacities: [1, 2])
///     try bins.solve([1, 5, 2, 9, 3, 4], rows: 3, columns: 2).columnOfRow  // [1, 0, 1]
///
/// It is an assignment problem in which column j stands `capacities[j]` times, but no copies are made:
/// bags whose labels repeat need one column for each different label.
///
/// Every solution comes with potentials u, v that prove it optimal: `u[i] + v[j] <= costs[i][j]` with
/// equality on matched pairs, `v <= 0` with 0 where there is room left, and
/// `sum u + sum capacities v` equal to the value. v is dz*/dcapacities: z* is convex and piecewise
/// linear in them with kinks at whole numbers, where v is a subgradient.
///
/// Ties: the answer depends on the costs alone; rows enter in ascending order, and equally near columns
/// resolve to one with room, then to the lowest.
///
/// Complexity: O(rows^2 columns).
///
/// J. Kennington, Z. Wang, Operations Research 40 (1992), doi:10.1287/opre.40.1.178.
public struct SemiAssignment: MatrixProblem, Hashable {
  /// How many rows each column may take: `[columns]`, or `[batch, columns]` if the problems of a batch differ.
  public var capacities: [Int]

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with the given capacities.
  public init(capacities: [Int], maxThreads: Int? = nil) {
    (self.capacities, self.maxThreads) = (capacities, maxThreads)
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[rows, capacities.count]`, row by row; `+infinity` forbids a pair.
  ///   - rows: The number of rows.
  /// - Throws: ``CombinatorialError``: a negative capacity, a NaN or -infinite cost, too little room, a
  ///   wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int
  ) throws(CombinatorialError) -> SemiAssignmentSolution {
    try solve(costs, rows: rows, columns: capacities.count)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> SemiAssignmentBatch {
    try shape.validate(costCount: costs.count)
    guard [shape.columns, shape.batch * shape.columns].contains(capacities.count) else {
      throw .shapeMismatch(
        expected: "\(capacities.count) columns, one for each capacity", found: "\(shape.columns)")
    }
    if let negative = capacities.first(where: { $0 < 0 }) {
      throw CombinatorialError(
        .invalidOption("a capacity", value: Double(negative), expected: "at least 0"))
    }
    return try SemiAssignmentBatch(self, CostInput(costs), shape: shape)
  }
}

/// An optimal semi-assignment with the potentials that prove it.
public struct SemiAssignmentSolution: OptimalSolution {
  /// z*: the sum of the matched costs.
  public let value: Double
  /// `[rows]`: the column of each row: dz*/dcosts is 1 there.
  public let columnOfRow: [Int32]
  /// `[rows]`: the dual solution u of the rows.
  public let rowPotentials: [Double]
  /// `[columns]`: the dual solution v of the columns: dz*/dcapacities.
  public let columnPotentials: [Double]

  let capacities: [Int]
  let matrix: CostMatrix

  private enum CodingKeys: CodingKey { case value, columnOfRow, rowPotentials, columnPotentials }

  /// dz*/dcosts, `[rows, columns]`: 1 at the matched pairs, 0 elsewhere.
  public var gradient: [Double] { matrix.indicator(of: columnOfRow) }

  /// What the assignment may cost more than the best one: the sum of its costs, without rounding, less the
  /// dual objective that the column potentials prove. 0 up to the rounding of the potentials, and the
  /// solution is optimal.
  ///
  /// Complexity: O(rows * columns), at each call.
  public var dualityGap: Double {
    guard matrix.isKept else { return .infinity }
    var gap = MatchingGap()
    var used = [Int](repeating: 0, count: capacities.count)
    let open = zip(capacities, columnPotentials).map { $0 > 0 ? $1 : -.infinity }
    open.withUnsafeBufferPointer { open in
      matrix.forEachRow { row, costs in
        let own = Int(columnOfRow[row])
        gap.add(own: own, costs: costs, potentials: open)
        used[own] += 1
      }
    }
    for (column, capacity) in capacities.enumerated() where capacity > 0 {
      gap.add(
        potential: columnPotentials[column], used: used[column], capacity: capacity, price: 0)
    }
    return gap.value
  }

  /// Whether this is the only optimal assignment: whether no rows can move on along tight pairs, of reduced cost 0, in
  /// a circle of columns, or from a column whose potential is 0 to one with room.
  ///
  /// Reduced costs that rounding cannot tell from 0 count as tight: so `true` is certain, and `false` is not.
  /// Complexity: O(rows * columns), at each call.
  public var isUnique: Bool {
    guard matrix.isKept else { return false }
    let tolerance =
      64 * .ulpOfOne * (rowPotentials + columnPotentials).reduce(0) { max($0, abs($1)) }
    let (columns, room) = (capacities.indices, capacities.count)
    var rows = [[Int]](repeating: [], count: columns.count)
    for (row, column) in columnOfRow.enumerated() { rows[Int(column)].append(row) }
    func others(_ own: Int) -> [Int] {
      rows[own].flatMap { row in
        columns.filter {
          $0 != own && capacities[$0] > 0
            && matrix[row, $0] - rowPotentials[row] - columnPotentials[$0] <= tolerance
        }
      }
    }
    return !hasCycle(through: Array(columns), count: room + 1) { node in
      guard node != room else {
        return columns.filter { columnPotentials[$0] >= -tolerance }.flatMap(others)
      }
      return others(node) + (rows[node].count < capacities[node] ? [room] : [])
    }
  }
}

/// The solutions of a batch. Each is a ``SemiAssignmentSolution``; the arrays of all are at hand too.
public struct SemiAssignmentBatch: SolvedBatch {
  /// `[batch, rows]`: the column of each row, -1 in the padding.
  public package(set) var columnOfRow: [Int32]
  /// `[batch, rows]`: row potentials, 0 in the padding.
  public package(set) var rowPotentials: [Double]
  /// `[batch, columns]`: column potentials, dz*/dcapacities, 0 in the padding.
  public package(set) var columnPotentials: [Double]

  package var results: BatchResults
  private let capacities: [Int64]

  /// Solves every problem, from checked costs and capacities.
  fileprivate init(
    _ problem: SemiAssignment, _ costs: CostInput, shape: BatchShape
  ) throws(CombinatorialError) {
    results = BatchResults(shape)
    capacities = problem.capacities.map(Int64.init)
    columnOfRow = .init(repeating: -1, count: shape.batch * shape.rows)
    rowPotentials = .init(repeating: 0, count: shape.batch * shape.rows)
    columnPotentials = .init(repeating: 0, count: shape.batch * shape.columns)
    let step = capacityStep
    try capacities.withSharedInput { capacities throws(CombinatorialError) in
      try withSharedOutputs(&results.values, &columnOfRow, &rowPotentials, &columnPotentials) {
        values, columnOfRow, rowPotentials, columnPotentials throws(CombinatorialError) in
        try solveEach(
          costs, shape: shape,
          workspaceSize: cl_semi_assignment_workspace_size(shape.rows, shape.columns),
          maxThreads: problem.maxThreads, named: "a semi-assignment problem"
        ) { item, workspace, fault in
          let (row, column) = (item.index * shape.rows, item.index * shape.columns)
          return cl_semi_assignment_solve(
            item.costs, item.rows, item.columns, capacities.from(item.index * step), workspace,
            values.from(item.index), columnOfRow.from(row), rowPotentials.from(row),
            columnPotentials.from(column), &fault)
        }
      }
    }
  }

  /// From the capacities of one problem to those of the next; 0 where all have the same.
  private var capacityStep: Int { capacities.count == shape.columns ? 0 : shape.columns }

  /// The gradient of a weighted sum of the values: see ``SolutionBatch/gradient(weights:into:)``.
  public func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    shape.writeGradient(of: columnOfRow, weights: weights, into: gradient)
  }

  /// The matched pairs of one problem.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    let first = item * shape.rows
    for row in 0..<shape.rowCount(item) {
      body(row * shape.columns + Int(columnOfRow[first + row]), 1)
    }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> SemiAssignmentSolution {
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    let first = item * capacityStep
    return SemiAssignmentSolution(
      value: values[item], columnOfRow: columnOfRow.part(rows),
      rowPotentials: rowPotentials.part(rows),
      columnPotentials: columnPotentials.part(columns),
      capacities: capacities[first..<first + columns.count].map { Int($0) },
      matrix: results.costs(item))
  }
}
