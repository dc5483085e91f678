internal import CombinatorialKernels

/// Bottleneck assignment: match rows to columns, one to one, so that the greatest matched cost is least.
///
///     z* = min over matchings of min(rows, columns) pairs of  max over its pairs of costs[i][j]
///
/// The value hangs on one entry, ``BottleneckSolution/criticalRow`` and its column: dz*/dcosts is 1 there
/// and 0 elsewhere. If other costs equal it, this is an element of Clarke's generalised gradient still:
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
public struct BottleneckAssignment: Sendable, Hashable {
  /// The problem has no options.
  public init() {}

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row; `+infinity` forbids a pair.
  ///   - rows: The number of rows. A problem without pairs has value -infinity, the greatest of nothing.
  ///   - columns: The number of columns.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(CombinatorialError) -> BottleneckSolution {
    try AssignmentShape(batch: 1, rows: rows, columns: columns).validate(costCount: costs.count)
    guard rows > 0, columns > 0 else {
      return BottleneckSolution(rows: rows, columns: columns)
    }
    let isTall = rows > columns
    let matrix = isTall ? costs.transposed(rows: rows, columns: columns) : costs
    do throws(MatchingFailure) {
      let output = try BottleneckAssignmentKernel.solve(
        matrix, rows: min(rows, columns), columns: max(rows, columns))
      return BottleneckSolution(output, isTransposed: isTall)
    } catch {
      guard case .invalidCost(let cell) = error, isTall else {
        throw CombinatorialError(error, costs: costs, rows: rows, columns: columns)
      }
      let place = cell % rows * columns + cell / rows
      throw CombinatorialError(
        .invalidCost(position: place), costs: costs, rows: rows, columns: columns)
    }
  }
}

/// An optimal bottleneck assignment with its proof.
public struct BottleneckSolution: Sendable {
  /// z*: the greatest matched cost.
  public let value: Double
  /// The row of the entry that the value is; -1 if there are no pairs.
  public let criticalRow: Int
  /// The column of the entry that the value is; -1 if there are no pairs.
  public let criticalColumn: Int
  /// `[rows]`: the column of each row, -1 where unmatched.
  public let columnOfRow: [Int32]
  /// `[columns]`: the row of each column, -1 where unmatched.
  public let rowOfColumn: [Int32]
  /// The proof: no cost in these rows and ``blockColumns`` is below the value, and there are
  /// max(rows, columns) + 1 of both together, so that every matching has a pair in the block.
  public let blockRows: [Int]
  /// See ``blockRows``.
  public let blockColumns: [Int]

  fileprivate init(rows: Int, columns: Int) {
    value = -.infinity
    (criticalRow, criticalColumn) = (-1, -1)
    columnOfRow = .init(repeating: -1, count: rows)
    rowOfColumn = .init(repeating: -1, count: columns)
    (blockRows, blockColumns) = ([], [])
  }

  fileprivate init(_ output: BottleneckAssignmentKernel.Output, isTransposed: Bool) {
    let inside = output.rowInViolator.indices.filter { output.rowInViolator[$0] }
    let outside = output.columnInViolator.indices.filter { !output.columnInViolator[$0] }
    let critical = (output.criticalRow, Int(output.columnOfRow[output.criticalRow]))
    value = output.value
    criticalRow = isTransposed ? critical.1 : critical.0
    criticalColumn = isTransposed ? critical.0 : critical.1
    columnOfRow = isTransposed ? output.rowOfColumn : output.columnOfRow
    rowOfColumn = isTransposed ? output.columnOfRow : output.rowOfColumn
    blockRows = isTransposed ? outside : inside
    blockColumns = isTransposed ? inside : outside
  }
}

extension [Double] {
  /// `[columns, rows]` of a matrix `[rows, columns]`.
  func transposed(rows: Int, columns: Int) -> [Double] {
    (0..<columns * rows).map { self[$0 % rows * columns + $0 / rows] }
  }
}
