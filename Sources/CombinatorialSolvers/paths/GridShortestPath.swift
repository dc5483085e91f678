public import CombinatorialKernels

/// A cell of a grid.
public struct GridCell: Sendable, Hashable, Codable {
  /// From the top.
  public var row: Int
  /// From the left.
  public var column: Int

  /// A cell.
  public init(row: Int, column: Int) {
    (self.row, self.column) = (row, column)
  }
}

/// The two ends of a path over a grid.
public struct GridEnds: Sendable, Hashable {
  /// Where the path starts.
  public var start: GridCell
  /// Where the path ends.
  public var end: GridCell

  /// The ends of a path.
  public init(from start: GridCell, to end: GridCell) {
    (self.start, self.end) = (start, end)
  }
}

/// The shortest path over a grid whose cells cost.
///
///     z* = min over paths of the sum of the costs of the cells that it visits, both ends included
///
/// A path leads over cells that share a side, or with 8 neighbors a side or a corner. Costs are at least
/// 0: with negative ones, two cells side by side could form a cycle without end. `+infinity` forbids a
/// cell. NaN and negative costs are refused.
///
/// Distances are computed in the element type of the costs, or in double where they exceed the largest
/// float, and the value of the path that was found in double. ``GridShortestPathSolution/potentials`` prove it.
/// A value beyond the largest double is an error. A grid without cells has value 0 and an empty path.
///
/// Ties: seen from the end, the path goes on to the neighbor of least distance from the start, of equal
/// ones to the first of up, left, right, down, up-left, up-right, down-left, down-right; where a cell adds
/// nothing to the distance (it costs 0), by the fewest steps over cells of equal distance. So the answer
/// does not depend on threads or instruction sets.
///
/// Complexity: O(rows columns) time where paths bend little, O(cells log cells) at worst (Dijkstra 1959,
/// doi:10.1007/BF01386390).
public struct GridShortestPath: MatrixProblem, Hashable {
  /// Which cells are beside each other.
  public typealias Neighbors = GridNeighbors

  /// Which cells are beside each other.
  public var neighbors: Neighbors
  /// Where paths start and end; nil: from the first cell, top left, to the last in use, bottom right.
  public var ends: GridEnds?
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with the given options.
  public init(neighbors: Neighbors = .eight, ends: GridEnds? = nil, maxThreads: Int? = nil) {
    (self.neighbors, self.ends, self.maxThreads) = (neighbors, ends, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or negative cost, no path, a wrong count or cell.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> GridShortestPathBatch {
    try solveInPlace(costs, shape: shape, itemEnds: nil)
  }

  /// Solves a batch of problems between cells of their own, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  ///   - itemEnds: Where each path starts and ends; nil: ``ends``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, itemEnds: [GridEnds]?
  ) throws(CombinatorialError) -> GridShortestPathBatch {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try keeping(costs) { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape, itemEnds: itemEnds)
    }
  }

  /// Solves a batch in place.
  ///
  /// - Parameter itemEnds: Where each path starts and ends; nil: ``ends``.
  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, itemEnds: [GridEnds]?,
    instructionSet: InstructionSet = .current
  ) throws(CombinatorialError) -> GridShortestPathBatch {
    try shape.validate(costCount: costs.count)
    var solutions = GridShortestPathBatch(
      shape: shape, neighbors: neighbors, ends: try cells(of: shape, itemEnds))
    do throws(KernelRefusal) {
      try solutions.solve(costs, instructionSet: instructionSet, maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(
        error, size: "a grid of \(shape.rows) rows and \(shape.columns) columns"
      ) { fault in
        let (row, column) = (fault.row, fault.column)
        let value = Double(costs[(fault.item * shape.rows + row) * shape.columns + column])
        return value.isFinite
          ? .negativeCost(row: row, column: column, value: value)
          : .invalidCost(row: row, column: column, value: value)
      }
    }
    return solutions
  }

  /// `[2, batch]`: where each path starts, and where it ends, as row * columns + column.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``: a cell outside of the grid.
  private func cells(
    of shape: BatchShape, _ itemEnds: [GridEnds]?
  ) throws(CombinatorialError) -> [Int32] {
    guard (itemEnds?.count ?? shape.batch) == shape.batch else {
      throw .shapeMismatch(
        expected: "\(shape.batch) pairs of ends", found: "\(itemEnds?.count ?? 0)")
    }
    var cells = [Int32](repeating: 0, count: 2 * shape.batch)
    for item in 0..<shape.batch {
      let (rows, columns) = (shape.rowCount(item), shape.columnCount(item))
      guard rows > 0, columns > 0 else { continue }
      func number(_ cell: GridCell) throws(CombinatorialError) -> Int32 {
        guard (0..<rows).contains(cell.row), (0..<columns).contains(cell.column) else {
          throw CombinatorialError(
            .shapeMismatch(
              expected: "ends within \(rows) rows and \(columns) columns",
              found: "row \(cell.row), column \(cell.column)"), item: item)
        }
        // Too large a grid is refused by its size later.
        return Int32(truncatingIfNeeded: cell.row &* shape.columns &+ cell.column)
      }
      let own = itemEnds?[item] ?? ends
      cells[item] = try number(own?.start ?? GridCell(row: 0, column: 0))
      cells[shape.batch + item] = try number(
        own?.end ?? GridCell(row: rows - 1, column: columns - 1))
    }
    return cells
  }
}
