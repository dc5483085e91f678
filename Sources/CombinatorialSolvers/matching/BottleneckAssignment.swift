internal import CCombinatorialKernels
public import CombinatorialKernels

/// Bottleneck assignment: match rows to columns, one to one, so that the greatest matched cost is least.
///
///     z* = min over matchings of min(rows, columns) pairs of  max over its pairs of costs[i][j]
///
///     try BottleneckAssignment().solve([4, 9, 3, 7], rows: 2, columns: 2).columnOfRow  // [0, 1]
///
/// The value hangs on one entry, ``BottleneckSolution/criticalRow`` and its column: dz*/dcosts is 1 there
/// and 0 elsewhere. If other costs equal it, this is an element of Clarke's generalized gradient still:
/// with all other costs of that value moved by the right small amounts, z* is exactly this entry. z* is
/// neither convex nor concave in the costs, and no linear program, so Theorem 1 does not apply; the proof
/// of optimality is combinatorial (König, Hall): a block of rows and columns in which no cost is below
/// the value, and which every matching has to enter.
///
/// Ties: the answer depends on the costs alone. The critical pair is the first, by row, that cannot be
/// replaced by cheaper ones after those of the rows before it have been.
///
/// Complexity: O(n^2 m) for n = min(rows, columns), m = max(rows, columns), most often near O(n m).
///
/// R. Burkard, M. Dell'Amico, S. Martello: Assignment Problems (2009), chapter 6,
/// doi:10.1137/1.9780898717754.
///
/// A problem without pairs has value -infinity, the greatest of nothing.
public struct BottleneckAssignment: MatrixProblem, Hashable {
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A bottleneck assignment problem.
  public init(maxThreads: Int? = nil) { self.maxThreads = maxThreads }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> BottleneckBatch {
    try shape.validate(costCount: costs.count)
    return try BottleneckBatch(CostInput(costs), shape: shape, maxThreads: maxThreads)
  }
}

/// An optimal bottleneck assignment with its proof.
public struct BottleneckSolution: OptimalSolution {
  /// z*: the greatest matched cost.
  public let value: Double
  /// The row of the entry that the value is; -1 if there are no pairs.
  public let criticalRow: Int
  /// `[rows]`: the column of each row, -1 where unmatched.
  public let columnOfRow: [Int32]
  /// `[columns]`: the row of each column, -1 where unmatched.
  public let rowOfColumn: [Int32]
  /// The proof: no cost in these rows and ``blockColumns`` is below the value, and there are
  /// max(rows, columns) + 1 of both together, so that every matching has a pair in the block.
  public let blockRows: [Int]
  /// See ``blockRows``.
  public let blockColumns: [Int]

  let matrix: CostMatrix

  /// The column of the entry that the value is; -1 if there are no pairs.
  public var criticalColumn: Int { criticalRow < 0 ? -1 : Int(columnOfRow[criticalRow]) }

  /// dz*/dcosts, `[rows, columns]`: 1 at the critical pair, 0 elsewhere.
  public var gradient: [Double] {
    indicator(
      of: criticalRow < 0 ? [] : [criticalRow * matrix.columns + criticalColumn],
      count: matrix.rows * matrix.columns)
  }

  /// How far the greatest matched cost is above the least cost of the block, which no matching avoids: 0,
  /// and the solution is optimal. Infinite if the block is none.
  ///
  /// Complexity: O(rows * columns), at each call.
  public var dualityGap: Double {
    guard matrix.isKept else { return .infinity }
    guard criticalRow >= 0 else { return 0 }
    guard blockRows.count + blockColumns.count > max(matrix.rows, matrix.columns) else {
      return .infinity
    }
    var (greatest, bound) = (-Double.infinity, Double.infinity)
    for (row, column) in columnOfRow.enumerated() where column >= 0 {
      greatest = max(greatest, matrix[row, Int(column)])
    }
    for row in blockRows {
      for column in blockColumns { bound = min(bound, matrix[row, column]) }
    }
    return max(0, greatest - bound)
  }

  private enum CodingKeys: CodingKey {
    case value, criticalRow, columnOfRow, rowOfColumn, blockRows, blockColumns
  }
}

/// The solutions of a batch. Each is a ``BottleneckSolution``; the arrays of all are at hand too.
public struct BottleneckBatch: SolvedBatch {
  /// `[batch]`: the row of the entry that the value is; -1 if there are no pairs.
  public package(set) var criticalRow: [Int]
  /// `[batch, rows]`: the column of each row, -1 where unmatched and in the padding.
  public package(set) var columnOfRow: [Int32]
  /// `[batch, columns]`: the row of each column, -1 where unmatched and in the padding.
  public package(set) var rowOfColumn: [Int32]
  /// `[batch, rows]`: whether a row is in the block; on the longer side, whether it is not.
  private var rowInViolator: [Bool]
  private var columnInViolator: [Bool]
  package var results: BatchResults

  /// Solves every problem, from checked costs.
  fileprivate init(
    _ costs: CostInput, shape: BatchShape, maxThreads: Int?
  ) throws(CombinatorialError) {
    results = BatchResults(shape, value: -.infinity)
    criticalRow = .init(repeating: -1, count: shape.batch)
    columnOfRow = .init(repeating: -1, count: shape.batch * shape.rows)
    rowOfColumn = .init(repeating: -1, count: shape.batch * shape.columns)
    rowInViolator = .init(repeating: false, count: shape.batch * shape.rows)
    columnInViolator = .init(repeating: false, count: shape.batch * shape.columns)
    let (short, long) = (Swift.min(shape.rows, shape.columns), Swift.max(shape.rows, shape.columns))
    try withSharedOutputs(&columnOfRow, &rowOfColumn, &rowInViolator, &columnInViolator) {
      columnOfRow, rowOfColumn, rowInViolator, columnInViolator throws(CombinatorialError) in
      try withSharedOutputs(&results.values, &criticalRow) {
        values, criticalRow throws(CombinatorialError) in
        try solveEach(
          costs, shape: shape, isFlat: true,
          workspaceSize: cl_bottleneck_assignment_workspace_size(short, long),
          maxThreads: maxThreads, named: "a bottleneck assignment problem"
        ) { item, workspace, fault in
          guard item.rows > 0, item.columns > 0 else { return CL_STATUS_OK }
          let (row, column) = (item.index * shape.rows, item.index * shape.columns)
          var (partners, others) = (columnOfRow.from(row), rowOfColumn.from(column))
          var (inside, outside) = (rowInViolator.from(row), columnInViolator.from(column))
          if item.isOnItsSide {
            swap(&partners, &others)
            swap(&inside, &outside)
          }
          var critical = 0
          let status = cl_bottleneck_assignment_solve(
            item.costs, item.kernelRows, item.kernelColumns, workspace, values.from(item.index),
            &critical, partners, others, inside, outside, &fault)
          guard status == CL_STATUS_OK, let partners else { return status }
          criticalRow.from(item.index)?.pointee =
            item.isOnItsSide ? Int(partners[critical]) : critical
          return status
        }
      }
    }
  }

  /// The critical pair of one problem.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    let row = criticalRow[item]
    guard row >= 0 else { return }
    body(row * shape.columns + Int(columnOfRow[item * shape.rows + row]), 1)
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> BottleneckSolution {
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    let hasPairs = criticalRow[item] >= 0
    // The violator is one of the shorter side: inside it rows, outside it columns are the block.
    let isOnItsSide = rows.count > columns.count
    func block(_ flags: ArraySlice<Bool>, _ isInside: Bool) -> [Int] {
      flags.indices.filter { hasPairs && flags[$0] == isInside }.map { $0 - flags.startIndex }
    }
    return BottleneckSolution(
      value: values[item], criticalRow: criticalRow[item], columnOfRow: columnOfRow.part(rows),
      rowOfColumn: rowOfColumn.part(columns),
      blockRows: block(rowInViolator[rows], !isOnItsSide),
      blockColumns: block(columnInViolator[columns], isOnItsSide),
      matrix: results.costs(item))
  }
}
