public import CombinatorialKernels

/// An optimal assignment with the potentials that prove it.
public struct AssignmentSolution: OptimalSolution {
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

  private enum CodingKeys: CodingKey {
    case value, columnOfRow, rowOfColumn, rowPotentials, columnPotentials
  }

  /// dz*/dcosts, `[rows, columns]`: 1 at the matched pairs, 0 elsewhere.
  public var gradient: [Double] { matrix.indicator(of: columnOfRow) }

  /// `[rows]`: dz* by the cost of leaving each row unmatched, where there is one: 1 where it is.
  public var unmatchedRowGradient: [Double] { columnOfRow.map { $0 < 0 ? 1 : 0 } }

  /// `[columns]`: the same for columns. dz* by one cost for all is the sum of both.
  public var unmatchedColumnGradient: [Double] { rowOfColumn.map { $0 < 0 ? 1 : 0 } }

  /// What the assignment may cost more than the best one: 0 up to the rounding of the potentials, and the
  /// solution is optimal.
  ///
  /// It is the sum of the matched costs, without rounding, less the dual objective that the potentials of
  /// the longer side prove (with an unmatched cost, and in square problems, those of the columns) with the
  /// best ones of the other side. Potentials that violate a constraint widen it: it is never too small.
  ///
  /// Complexity: O(rows * columns), at each call.
  public var dualityGap: Double {
    guard matrix.isKept else { return .infinity }
    return unmatchedPrices == nil && rowOfColumn.count < columnOfRow.count
      ? gapOfColumns : gapOfRows
  }

  private var gapOfRows: Double {
    var gap = MatchingGap()
    columnPotentials.withUnsafeBufferPointer { potentials in
      matrix.forEachRow { row, costs in
        let own = Int(columnOfRow[row])
        let unmatched = unmatchedPrices.map {
          MatchingGap.Reduced(cost: $0.rows[row], potential: 0)
        }
        gap.add(
          own: own, paying: own < 0 ? unmatched : nil, costs: costs, potentials: potentials)
        if own >= 0, let unmatched {
          gap.add(
            own: .init(cost: costs[own], potential: columnPotentials[own]),
            others: CollectionOfOne(unmatched))
        }
      }
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
public struct AssignmentBatch: SolvedBatch {
  /// `[batch, rows]`: the column of each row, -1 where unmatched and in the padding.
  public package(set) var columnOfRow: [Int32]
  /// `[batch, columns]`: the row of each column, -1 where unmatched and in the padding.
  public package(set) var rowOfColumn: [Int32]
  /// `[batch, rows]`: row potentials, 0 in the padding.
  public package(set) var rowPotentials: [Double]
  /// `[batch, columns]`: column potentials, 0 in the padding.
  public package(set) var columnPotentials: [Double]

  /// What staying unmatched costs; nil: it is free.
  var unmatchedPrices: UnmatchedPrices?
  package var results: BatchResults

  package init(shape: BatchShape) {
    results = BatchResults(shape)
    columnOfRow = .init(repeating: -1, count: shape.batch * shape.rows)
    rowOfColumn = .init(repeating: -1, count: shape.batch * shape.columns)
    rowPotentials = .init(repeating: 0, count: shape.batch * shape.rows)
    columnPotentials = .init(repeating: 0, count: shape.batch * shape.columns)
  }

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
    for row in 0..<shape.rowCount(item) where columnOfRow[first + row] >= 0 {
      body(row * shape.columns + Int(columnOfRow[first + row]), 1)
    }
  }

  /// `[batch, rows]`: dz* by the cost of leaving each row unmatched, where there is one: 1 where it is, 0 in the
  /// padding.
  public var unmatchedRowGradient: [Double] {
    unmatched(columnOfRow, shape.rowRange)
  }

  /// `[batch, columns]`: the same for columns. dz* by one cost for all is the sum of both.
  public var unmatchedColumnGradient: [Double] {
    unmatched(rowOfColumn, shape.columnRange)
  }

  /// `[batch]`: how many rows and columns stay unmatched.
  package var unmatchedCounts: [Double] {
    indices.map { item in
      let rows = columnOfRow[shape.rowRange(item)].count { $0 < 0 }
      let columns = rowOfColumn[shape.columnRange(item)].count { $0 < 0 }
      return Double(rows + columns)
    }
  }

  private func unmatched(_ partners: [Int32], _ range: (_ item: Int) -> Range<Int>) -> [Double] {
    var gradient = [Double](repeating: 0, count: partners.count)
    for item in indices {
      for index in range(item) where partners[index] < 0 { gradient[index] = 1 }
    }
    return gradient
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> AssignmentSolution {
    let (rows, columns) = (shape.rowRange(item), shape.columnRange(item))
    return AssignmentSolution(
      value: values[item], columnOfRow: columnOfRow.part(rows),
      rowOfColumn: rowOfColumn.part(columns), rowPotentials: rowPotentials.part(rows),
      columnPotentials: columnPotentials.part(columns),
      matrix: results.costs(item),
      unmatchedPrices: unmatchedPrices?.prices(of: item, shape))
  }
}

extension BatchShape {
  /// Writes the weight of each item at its pairs and 0 elsewhere: half of what a loss of small problems does.
  ///
  /// - Parameter columnOfRow: `[batch, rows]`, -1 where unmatched.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func writeGradient<Scalar: CostScalar>(
    of columnOfRow: [Int32], weights: UnsafeBufferPointer<Scalar>,
    into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    gradient.update(repeating: 0)
    columnOfRow.withUnsafeBufferPointer { columnOfRow in
      for item in 0..<batch {
        for row in rowRange(item) where columnOfRow[row] >= 0 {
          gradient[row * columns + Int(columnOfRow[row])] = weights[item]
        }
      }
    }
  }
}
