internal import CCombinatorialKernels
public import CombinatorialKernels

/// The linear assignment problem: match rows to columns, one to one, at the least total cost.
///
///     z* = min  sum_ij costs[i][j] x[i][j]   over matchings x of min(rows, columns) pairs
///
///     try Assignment().solve([4, 1, 2, 0], rows: 2, columns: 2).columnOfRow  // [1, 0]
///
/// With an ``unmatchedCost`` X any number of pairs may be matched, and every row and every column that
/// stays unmatched costs X (a "dustbin" on both sides). A pair is matched only if it costs less than 2X: one that
/// is as dear as leaving both unmatched stays so.
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
/// from the first to the last. Large square problems with few values, where a row has its least cost in several
/// columns, start from rows that take the first of those that is free. Where nearly all costs are one, the greatest or
/// the least of all, the other pairs are chosen first, as ``SparseAssignment`` does, and rows and columns left over are
/// paired in order.
/// Potentials to start from may choose another.
///
/// Complexity: O(n^2 m) time for n = min(rows, columns), m = max(rows, columns). The transport simplex has
/// no such bound; it takes over where it was measured to be faster.
///
/// R. Jonker, A. Volgenant, Computing 38 (1987), doi:10.1007/BF02278710.
public struct Assignment: MatrixProblem, Hashable {
  /// Cost of each row and of each column that stays unmatched, of a magnitude up to 2^999; nil:
  /// min(rows, columns) pairs are matched and the rest is free.
  public var unmatchedCost: Double?

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// An assignment problem with the given options.
  public init(unmatchedCost: Double? = nil, maxThreads: Int? = nil) {
    (self.unmatchedCost, self.maxThreads) = (unmatchedCost, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> AssignmentBatch {
    try solveInPlace(costs, shape: shape, columnPotentials: nil)
  }

  /// Solves a batch and shares its costs with the solutions: see ``CostProblem/solve(sharing:shape:)``.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func solve<Scalar: CostScalar>(
    sharing costs: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> AssignmentBatch {
    var solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape)
    }
    solutions.results.keep(sharing: costs)
    return solutions
  }

  /// Solves a batch of problems that are similar to ones solved before.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  ///   - columnPotentials: `[batch, columns]` to start from, as ``AssignmentBatch/columnPotentials`` of
  ///     a batch with similar costs has them: square problems without an unmatched cost are solved
  ///     several times faster, others as ever. Any finite numbers give an optimal assignment; among tied
  ///     ones, which may depend on them.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, columnPotentials: [Double]?
  ) throws(CombinatorialError) -> AssignmentBatch {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try keeping(costs) { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape, columnPotentials: columnPotentials)
    }
  }

  /// Solves a batch in place.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: The batch.
  ///   - columnPotentials: `[batch, columns]` to start from; nil: from scratch.
  ///   - unmatchedCosts: Cost of staying unmatched, for each problem; nil: ``unmatchedCost``.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, columnPotentials: [Double]?,
    unmatchedCosts: [Double]? = nil
  ) throws(CombinatorialError) -> AssignmentBatch {
    try shape.validate(costCount: costs.count)
    try Self.check(columnPotentials, shape: shape)
    if let prices = unmatchedCosts
      ?? unmatchedCost.map({ .init(repeating: $0, count: shape.batch) })
    {
      return try solve(costs, shape: shape, unmatchedCosts: prices)
    }
    var solutions = AssignmentBatch(shape: shape)
    try solutions.solve(
      CostInput(costs), columnPotentials: columnPotentials, maxThreads: maxThreads)
    return solutions
  }

  /// Checks that potentials to start from are finite, one for each column.
  private static func check(
    _ columnPotentials: [Double]?, shape: BatchShape
  ) throws(CombinatorialError) {
    guard let columnPotentials else { return }
    let count = shape.batch * shape.columns
    guard columnPotentials.count == count else {
      throw .shapeMismatch(
        expected: "\(count) column potentials, one for each column of the batch",
        found: "\(columnPotentials.count)")
    }
    if let index = columnPotentials.firstIndex(where: { !$0.isFinite }) {
      throw CombinatorialError(
        .invalidPotential(column: index % shape.columns, value: columnPotentials[index]),
        item: index / shape.columns)
    }
  }
}

extension AssignmentBatch {
  /// Solves every problem, from checked costs and potentials.
  package mutating func solve(
    _ costs: CostInput, columnPotentials: [Double]? = nil,
    instructionSet: InstructionSet = .current, maxThreads: Int? = nil
  ) throws(CombinatorialError) {
    let shape = shape
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 4096),
      workspaceSize: cl_assignment_workspace_size(shape.rows, shape.columns),
      maxThreads: maxThreads)
    let set = Assignment.kernelSet(
      instructionSet, longestSide: Swift.max(shape.rows, shape.columns))
    let kernel = set.found { cl_assignment_solver($0, costs.element) }
    do throws(KernelRefusal) {
      try shape.withCounts { counts throws(KernelRefusal) in
        try withSharedInput(of: columnPotentials) { potentials throws(KernelRefusal) in
          try withSharedOutputs(
            &results.values, &columnOfRow, &rowOfColumn, &rowPotentials, &self.columnPotentials
          ) {
            values, columnOfRow, rowOfColumn, rowPotentials, columnPotentials throws(KernelRefusal)
            in
            try run { items, workspace, fault in
              let first = items.lowerBound
              var batch = cl_assignment_batch(
                count: items.count, rows: shape.rows, columns: shape.columns,
                row_counts: counts.rows.from(first), column_counts: counts.columns.from(first),
                column_potentials: potentials.from(first * shape.columns))
              var output = cl_assignment_output(
                values: values.from(first), column_of_row: columnOfRow.from(first * shape.rows),
                row_of_column: rowOfColumn.from(first * shape.columns),
                row_potentials: rowPotentials.from(first * shape.rows),
                column_potentials: columnPotentials.from(first * shape.columns))
              return kernel(costs.from(first * shape.itemCount), &batch, workspace, &output, &fault)
            }
          }
        }
      }
    } catch {
      throw CombinatorialError(error, costs: costs, shape: shape, named: "an assignment problem")
    }
  }
}

extension Assignment {
  /// The set of the kernel for problems of a size. Where four AVX-512 registers would hold a whole row, the
  /// narrower ones of AVX2 measured faster: folding a register takes longer than filling two. Up to 8 columns
  /// rows are not held in registers: each problem has a lane.
  package static func kernelSet(_ set: InstructionSet, longestSide: Int) -> InstructionSet {
    set == .avx512 && (9...32).contains(longestSide) ? .avx2 : set
  }
}
