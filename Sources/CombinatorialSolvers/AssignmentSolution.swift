internal import CombinatorialKernels

/// An optimal assignment with the potentials that prove it.
public struct AssignmentSolution: Sendable {
  /// z*: the sum of the matched costs, and of the unmatched cost where there is one.
  public let value: Double
  /// `[rows]`: the column of each row, -1 where unmatched. This is the primal solution u*, hence
  /// dz*/dcosts: 1 at `[i][columnOfRow[i]]`, 0 elsewhere.
  public let columnOfRow: [Int32]
  /// `[columns]`: the row of each column, -1 where unmatched.
  public let rowOfColumn: [Int32]
  /// `[rows]`: the dual solution u of the rows.
  public let rowPotentials: [Double]
  /// `[columns]`: the dual solution v of the columns. `u[i] + v[j] <= costs[i][j]`, with equality on
  /// matched pairs; potentials of a longer side are at most 0, with equality where unmatched (at most
  /// the unmatched cost, on both sides, if there is one).
  public let columnPotentials: [Double]

  let matrix: CostMatrix
  let unmatchedPrices: UnmatchedPrices?

  /// What the assignment may cost more than the best one: 0 up to the rounding of the potentials, and the
  /// solution is optimal.
  ///
  /// It is the sum of the matched costs, without rounding, less the dual objective that the potentials of
  /// the longer side prove (with an unmatched cost, and in square problems, those of the columns) with the
  /// best ones of the other side. Potentials that violate a constraint widen it: it is never too small.
  ///
  /// Complexity: O(rows * columns), at each call.
  public var dualityGap: Double {
    unmatchedPrices == nil && rowOfColumn.count < columnOfRow.count ? gapOfColumns : gapOfRows
  }

  private var gapOfRows: Double {
    var gap = MatchingGap()
    for (row, own) in columnOfRow.enumerated() {
      let pairs = columnPotentials.indices.lazy.map { column in
        MatchingGap.Reduced(cost: matrix[row, column], potential: columnPotentials[column])
      }
      let price = MatchingGap.Reduced(cost: unmatchedPrices?.rows[row] ?? .infinity, potential: 0)
      let paid = own < 0 ? price : pairs[Int(own)]
      gap.add(own: paid, others: pairs)
      gap.add(own: paid, others: CollectionOfOne(price))
    }
    guard columnOfRow.count != rowOfColumn.count || unmatchedPrices != nil else { return gap.value }
    for (column, row) in rowOfColumn.enumerated() {
      gap.add(
        potential: columnPotentials[column], used: row < 0 ? 0 : 1, capacity: 1,
        price: unmatchedPrices?.columns[column] ?? 0)
    }
    return gap.value
  }

  /// More rows than columns.
  private var gapOfColumns: Double {
    var gap = MatchingGap()
    for (column, own) in rowOfColumn.enumerated() {
      let pairs = rowPotentials.indices.lazy.map { row in
        MatchingGap.Reduced(cost: matrix[row, column], potential: rowPotentials[row])
      }
      gap.add(own: pairs[Int(own)], others: pairs)
    }
    for (row, column) in columnOfRow.enumerated() {
      gap.add(potential: rowPotentials[row], used: column < 0 ? 0 : 1, capacity: 1, price: 0)
    }
    return gap.value
  }
}

/// The solutions of a batch. Each is an ``AssignmentSolution``; the arrays of all are at hand too.
public struct AssignmentBatch: Sendable, RandomAccessCollection {
  let problem: Assignment
  let shape: AssignmentShape
  let costs: CostStorage
  let output: AssignmentOutput

  init(
    problem: Assignment, shape: AssignmentShape, costs: CostStorage, output: AssignmentOutput
  ) {
    self.problem = problem
    self.shape = shape
    self.costs = costs
    self.output = output
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of problems.
  public var endIndex: Int { shape.batch }

  /// `[batch]`: z* of each problem.
  public var values: [Double] { output.values }
  /// `[batch, rows]`: the column of each row, -1 where unmatched and in the padding.
  public var columnOfRow: [Int32] { output.columnOfRow }
  /// `[batch, columns]`: the row of each column, -1 where unmatched and in the padding.
  public var rowOfColumn: [Int32] { output.rowOfColumn }
  /// `[batch, rows]`: row potentials, 0 in the padding.
  public var rowPotentials: [Double] { output.rowPotentials }
  /// `[batch, columns]`: column potentials, 0 in the padding.
  public var columnPotentials: [Double] { output.columnPotentials }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> AssignmentSolution {
    let rows = item * shape.rows..<item * shape.rows + shape.rowCount(item)
    let columns = item * shape.columns..<item * shape.columns + shape.columnCount(item)
    return AssignmentSolution(
      value: output.values[item],
      columnOfRow: Array(output.columnOfRow[rows]),
      rowOfColumn: Array(output.rowOfColumn[columns]),
      rowPotentials: Array(output.rowPotentials[rows]),
      columnPotentials: Array(output.columnPotentials[columns]),
      matrix: CostMatrix(
        storage: costs, offset: item * shape.rows * shape.columns, rowStride: shape.columns),
      unmatchedPrices: problem.unmatchedCost.map {
        UnmatchedPrices(
          rows: .init(repeating: $0, count: rows.count),
          columns: .init(repeating: $0, count: columns.count))
      })
  }
}

/// The caller's costs, shared, not copied.
enum CostStorage: Sendable {
  case float([Float])
  case double([Double])
}

/// One problem's costs within a batch.
struct CostMatrix: Sendable {
  let storage: CostStorage
  let offset: Int
  let rowStride: Int

  subscript(row: Int, column: Int) -> Double {
    let index = offset + row * rowStride + column
    switch storage {
    case .float(let costs): return Double(costs[index])
    case .double(let costs): return costs[index]
    }
  }
}
