internal import CCombinatorialKernels
public import CombinatorialKernels

/// The k best assignments, the best first: all different, and no other is better than the last.
///
///     z* = min  sum of the costs of k different assignments
///
///     try RankedAssignment(count: 2).solve([1, 2, 2, 4], rows: 2, columns: 2).values  // [4, 5]
///
/// As a function of the costs z* is the least of finitely many linear ones, so Theorem 1 applies: dz*/dcosts is
/// the sum of the assignments' indicators, at ties too. The value of rank r alone is the r-th least of
/// linear functions: for r > 1 no linear program's. Where no other assignment has the same value, its
/// gradient is the indicator of the assignment; at ties that is the gradient of one of the tied functions:
/// an element of a conservative field, with which chain rule and gradient descent work, but not always of
/// Clarke's generalized gradient.
///
/// Where there are fewer than k, these are all that there are.
///
/// Ties: among equal values, which come and in which order depends on the costs alone.
///
/// Complexity: one augmenting path for each child of an assignment found, O(k n^2 m) for
/// n = min(rows, columns), m = max(rows, columns) at most; searches end early once k are known.
///
/// K. Murty, Operations Research 16 (1968), doi:10.1287/opre.16.3.682; M. Miller, H. Stone, I. Cox,
/// IEEE Transactions on Aerospace and Electronic Systems 33 (1997), doi:10.1109/7.599256.
public struct RankedAssignment: MatrixProblem, Hashable {
  /// k: how many assignments to find, at least 1.
  public var count: Int

  /// Cost of each row and of each column that stays unmatched, as ``Assignment/unmatchedCost``.
  public var unmatchedCost: Double?

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with the given options.
  public init(count: Int, unmatchedCost: Double? = nil, maxThreads: Int? = nil) {
    (self.count, self.unmatchedCost, self.maxThreads) = (count, unmatchedCost, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> RankedAssignmentBatch {
    guard count >= 1 else {
      throw CombinatorialError(
        .invalidOption("the number of assignments", value: Double(count), expected: "at least 1"))
    }
    try shape.validate(costCount: costs.count)
    guard let unmatchedCost else { return try rank(CostInput(costs), shape: shape) }
    let bins = try RowBins(shape: shape, price: unmatchedCost)
    let binned = try bins.costs(costs)
    do throws(CombinatorialError) {
      return try binned.withUnsafeBufferPointer { binned throws(CombinatorialError) in
        try rank(CostInput(binned), shape: bins.binned, of: shape)
      }
    } catch {
      throw error.with(costs: costs, shape)
    }
  }

  /// - Parameters:
  ///   - shape: That of the costs, which may have bins.
  ///   - problems: That of the problems themselves; nil: the same.
  private func rank(
    _ costs: CostInput, shape: BatchShape, of problems: BatchShape? = nil
  ) throws(CombinatorialError) -> RankedAssignmentBatch {
    var best = AssignmentBatch(shape: shape)
    try best.solve(costs, maxThreads: maxThreads)
    let (cells, overflow) = count.multipliedReportingOverflow(by: max(shape.rows, shape.columns))
    guard !overflow, cells <= Int.max / 64 / max(1, shape.batch) else {
      throw .sizeOverflow(
        "the \(count) best assignments of \(shape.rows) rows and \(shape.columns) columns")
    }
    return try RankedAssignmentBatch(
      self, costs, shape: problems ?? shape, from: best)
  }
}

/// The best assignments of a problem.
public struct RankedAssignmentSolution: OptimalSolution {
  /// z*: the sum of ``values``.
  public let value: Double
  /// `[found]`, ascending: the value of each assignment, and of the unmatched cost where there is one.
  public let values: [Double]
  /// `[found][rows]`: of each assignment the column of each row, -1 where unmatched.
  public let columnOfRow: [[Int32]]

  /// How many were asked for.
  let count: Int
  let matrix: CostMatrix
  let unmatchedCost: Double?

  private enum CodingKeys: CodingKey { case value, values, columnOfRow }

  /// dz*/dcosts, `[rows, columns]`: how many of the assignments have each pair.
  public var gradient: [Double] {
    let none = [Double](repeating: 0, count: matrix.rows * matrix.columns)
    return columnOfRow.reduce(none) { zip($0, matrix.indicator(of: $1)).map(+) }
  }
}

/// The solutions of a batch. Each is a ``RankedAssignmentSolution``; the arrays of all are at hand too.
public struct RankedAssignmentBatch: SolvedBatch {
  /// `[batch]`: how many assignments were found.
  public package(set) var counts: [Int]
  /// `[batch, k]`: the values of each problem's assignments, ascending; +infinity where there are no more.
  public package(set) var rankedValues: [Double]
  /// `[batch, k, rows]`: the column of each row, -1 where unmatched and in the padding.
  public package(set) var columnOfRow: [Int32]

  package var results: BatchResults
  private let most: Int
  private let unmatchedCost: Double?

  /// Ranks the assignments of every problem.
  ///
  /// - Parameters:
  ///   - problem: How many are wanted, and what staying unmatched costs.
  ///   - costs: As `best` was solved with.
  ///   - shape: That of the problems themselves.
  ///   - best: The best assignments.
  fileprivate init(
    _ problem: RankedAssignment, _ costs: CostInput, shape: BatchShape, from best: AssignmentBatch
  ) throws(CombinatorialError) {
    let (most, solved, price) = (problem.count, best.shape, problem.unmatchedCost)
    (results, self.most, unmatchedCost) = (BatchResults(shape), most, price)
    counts = .init(repeating: 0, count: shape.batch)
    rankedValues = .init(repeating: .infinity, count: shape.batch * most)
    columnOfRow = .init(repeating: -1, count: shape.batch * most * shape.rows)
    try withSharedOutputs(&results.values, &counts, &rankedValues, &columnOfRow) {
      values, counts, rankedValues, columnOfRow throws(CombinatorialError) in
      try solveEach(
        costs, shape: solved, isFlat: true,
        workspaceSize: cl_ranked_assignment_workspace_size(
          Swift.min(solved.rows, solved.columns), Swift.max(solved.rows, solved.columns), most),
        maxThreads: problem.maxThreads, named: "the \(most) best assignments"
      ) { item, workspace, fault in
        var ranking = Ranking(of: item, most: most, best: best)
        let status = ranking.solve(item, workspace, &fault, unmatchedPrice: price)
        guard status == CL_STATUS_OK else { return status }
        let index = item.index
        for (rank, found) in ranking.order.enumerated() {
          let value = ranking.values[found]
          values.from(index)?.pointee += value
          rankedValues.from(index * most + rank)?.pointee = value
          let partners = columnOfRow.from((index * most + rank) * shape.rows)
          ranking.forEachPair(of: found, item) { row, column in
            if column < shape.columnCount(index) { partners?[row] = Int32(column) }
          }
        }
        counts.from(index)?.pointee = ranking.order.count
        return status
      }
    }
  }

  /// The pairs of all assignments of one problem.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for rank in 0..<counts[item] { forEachPair(of: item, rank: rank) { body($0, 1) } }
  }

  /// The positions of one assignment's pairs among the costs of the problem, padding included.
  package func forEachPair(of item: Int, rank: Int, _ body: (_ position: Int) -> Void) {
    let first = (item * most + rank) * shape.rows
    for row in 0..<shape.rowCount(item) where columnOfRow[first + row] >= 0 {
      body(row * shape.columns + Int(columnOfRow[first + row]))
    }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> RankedAssignmentSolution {
    let ranks = item * most..<item * most + counts[item]
    return RankedAssignmentSolution(
      value: values[item], values: rankedValues.part(ranks),
      columnOfRow: ranks.map { rank in
        columnOfRow.part(rank * shape.rows..<rank * shape.rows + shape.rowCount(item))
      },
      count: most, matrix: results.costs(item), unmatchedCost: unmatchedCost)
  }
}

/// The assignments of one problem as the kernel finds them.
private struct Ranking {
  var values: [Double]
  private var partners: [Int32]
  private var potentials: [Double]
  private var found = 1

  init(of item: DenseItem, most: Int, best: AssignmentBatch) {
    let (rows, columns) = (best.shape.rowRange(item.index), best.shape.columnRange(item.index))
    values = .init(repeating: 0, count: most)
    values[0] = best.values[item.index]
    partners = Array(item.isOnItsSide ? best.rowOfColumn[columns] : best.columnOfRow[rows])
    partners += [Int32](repeating: -1, count: (most - 1) * item.kernelRows)
    potentials = Array(
      item.isOnItsSide ? best.rowPotentials[rows] : best.columnPotentials[columns])
    potentials += [Double](repeating: 0, count: (most - 1) * item.kernelColumns)
  }

  /// - Parameter unmatchedPrice: What rows and columns cost that stay unmatched; the rows have bins then.
  mutating func solve(
    _ item: DenseItem, _ workspace: UnsafeMutableRawPointer, _ fault: inout cl_fault,
    unmatchedPrice: Double?
  ) -> cl_status {
    let columns = unmatchedPrice == nil ? item.columns : item.columns - item.rows
    guard item.rows > 0, columns > 0 else {
      // There is one way to match nothing.
      values[0] += (unmatchedPrice ?? 0) * Double(columns - item.rows)
      return CL_STATUS_OK
    }
    let status = cl_ranked_assignment_solve(
      item.costs, item.kernelRows, item.kernelColumns, values.count, workspace, &values, &partners,
      &potentials, &found, &fault)
    guard status == CL_STATUS_OK else { return status }
    for rank in 0..<found {
      values[rank] = Sums.rounded(terms(of: rank, item, columns, unmatchedPrice: unmatchedPrice))
    }
    return status
  }

  /// What is paid, by row: its sum is rounded once where it matters, lest rounding change the order.
  ///
  /// - Parameter columns: Those that are no bins.
  private func terms(
    of rank: Int, _ item: DenseItem, _ columns: Int, unmatchedPrice: Double?
  ) -> [Double] {
    var ofRows = [Double?](repeating: nil, count: item.rows)
    forEachPair(of: rank, item) { row, column in
      guard let costs = item.costs, column < columns else { return }
      let (line, place) = item.isOnItsSide ? (column, row) : (row, column)
      ofRows[row] = costs[line * item.kernelColumns + place]
    }
    let terms = ofRows.compactMap(\.self)
    guard let unmatchedPrice else { return terms }
    let unmatched = item.rows + columns - 2 * terms.count
    return terms + [Double](repeating: unmatchedPrice, count: unmatched)
  }

  /// Ascending values; the search's own order differs by rounding at most. Equal ones stay in order.
  var order: [Int] { (0..<found).sorted { (values[$0], $0) < (values[$1], $1) } }

  func forEachPair(of rank: Int, _ item: DenseItem, _ body: (_ row: Int, _ column: Int) -> Void) {
    for line in 0..<item.kernelRows {
      let partner = Int(partners[rank * item.kernelRows + line])
      guard partner >= 0 else { continue }
      if item.isOnItsSide { body(partner, line) } else { body(line, partner) }
    }
  }
}
