package import CombinatorialKernels

/// The linear assignment problem: match rows to columns, one to one, at the least total cost.
///
///     z* = min  sum_ij costs[i][j] x[i][j]   over matchings x of min(rows, columns) pairs
///
/// With an ``unmatchedCost`` X any number of pairs may be matched, and every row and every column that
/// stays unmatched costs X (a "dustbin" on both sides); a pair is then worth matching if its cost is
/// below 2X.
///
/// The costs may be any numbers. `+infinity` forbids a pair. NaN and -infinity are refused, and finite costs
/// beyond 2^1000 (1e301) if the answer rests on them: if one is matched, or makes a potential as great.
///
/// Every solution comes with the potentials u, v that prove it optimal: `u[i] + v[j] <= costs[i][j]`
/// for all pairs, with equality on the matched ones, and `sum u + sum v` equal to the value, up to the
/// rounding of the potentials (see ``AssignmentSolution/dualityGap``). Where costs lie so far apart that
/// doubles may not tell the answer, some 2^36 (7e10), it is found in exact numbers, which takes longer.
///
/// Ties: among several optimal assignments the answer depends on the costs alone, never on threads or
/// instruction sets. Equal reduced costs resolve to the unmatched, then to the lowest column, in
/// successive shortest augmenting paths from the last free row to the first; square problems that need
/// long searches have the answer of the transport simplex, and those solved in exact numbers take rows
/// from the first to the last. Potentials to start from may choose another.
///
/// Complexity: O(n^2 m) time for n = min(rows, columns), m = max(rows, columns). The transport simplex has
/// no such bound; it takes over where it was measured to be faster.
///
/// R. Jonker, A. Volgenant, Computing 38 (1987), doi:10.1007/BF02278710.
public struct Assignment: Sendable, Hashable {
  /// Cost of each row and of each column that stays unmatched, of a magnitude up to 2^999; nil:
  /// min(rows, columns) pairs are matched and the rest is free.
  public var unmatchedCost: Double?

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// An assignment problem with the given options.
  public init(unmatchedCost: Double? = nil, maxThreads: Int? = nil) {
    self.unmatchedCost = unmatchedCost
    self.maxThreads = maxThreads
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: the cost matrix `[rows, columns]`, row by row.
  ///   - rows: number of rows; 0 gives value 0.
  ///   - columns: number of columns.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
  public func solve(
    _ costs: [Float], rows: Int, columns: Int
  ) throws(CombinatorialError) -> AssignmentSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns)[0]
  }

  /// Solves one problem in double precision.
  ///
  /// - Parameters:
  ///   - costs: the cost matrix `[rows, columns]`, row by row.
  ///   - rows: number of rows; 0 gives value 0.
  ///   - columns: number of columns.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(CombinatorialError) -> AssignmentSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: number of problems.
  ///   - rows: rows of every problem, padding included.
  ///   - columns: columns of every problem, padding included.
  ///   - rowCounts: rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: columns in use, for each problem; nil: all.
  ///   - columnPotentials: `[batch, columns]` to start from, as ``AssignmentBatch/columnPotentials`` of
  ///     a batch with similar costs has them: square problems without an unmatched cost are solved
  ///     several times faster, others as ever. Any finite numbers give an optimal assignment; among tied
  ///     ones, which may depend on them.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Float], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, columnPotentials: [Double]? = nil
  ) throws(CombinatorialError) -> AssignmentBatch {
    let shape = AssignmentShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, columnPotentials: columnPotentials)
    }
    return AssignmentBatch(
      problem: self, shape: shape, costs: .float(costs), output: output)
  }

  /// Solves a batch of problems in double precision, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: number of problems.
  ///   - rows: rows of every problem, padding included.
  ///   - columns: columns of every problem, padding included.
  ///   - rowCounts: rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: columns in use, for each problem; nil: all.
  ///   - columnPotentials: `[batch, columns]` to start from, as ``AssignmentBatch/columnPotentials`` of
  ///     a batch with similar costs has them: square problems without an unmatched cost are solved
  ///     several times faster, others as ever. Any finite numbers give an optimal assignment; among tied
  ///     ones, which may depend on them.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Double], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, columnPotentials: [Double]? = nil
  ) throws(CombinatorialError) -> AssignmentBatch {
    let shape = AssignmentShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape, columnPotentials: columnPotentials)
    }
    return AssignmentBatch(
      problem: self, shape: shape, costs: .double(costs), output: output)
  }

  /// Solves a batch in place, for callers that own memory of their own.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: the batch.
  ///   - columnPotentials: `[batch, columns]` to start from; nil: from scratch.
  ///   - itemUnmatchedCosts: cost of staying unmatched, for each problem; nil: ``unmatchedCost``.
  package func solve<Scalar: KernelScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: AssignmentShape, columnPotentials: [Double]? = nil,
    itemUnmatchedCosts: [Double]? = nil
  ) throws(CombinatorialError) -> AssignmentOutput {
    try shape.validate(costCount: costs.count)
    try shape.validate(columnPotentials: columnPotentials)
    let bins = itemUnmatchedCosts ?? unmatchedCost.map { .init(repeating: $0, count: shape.batch) }
    // Twice an unmatched cost is a cost.
    if let bins, let item = bins.firstIndex(where: { !(abs($0) <= 0x1p999) }) {
      throw .invalidUnmatchedCost(batch: item, value: bins[item])
    }
    if let bins, bins.count != shape.batch {
      throw .shapeMismatch(
        expected: "\(shape.batch) unmatched costs, one for each batch item", found: "\(bins.count)")
    }
    do throws(AssignmentFailure) {
      guard let bins else {
        return try AssignmentKernel.solve(
          costs, shape: shape, columnPotentials: columnPotentials, maxThreads: maxThreads)
      }
      return try solve(costs, shape: shape, unmatchedCosts: bins)
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape)
    }
  }
}
