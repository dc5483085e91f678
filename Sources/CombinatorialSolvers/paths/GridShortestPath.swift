internal import CombinatorialKernels

/// A cell of a grid.
public struct GridCell: Sendable, Hashable {
  /// From the top.
  public var row: Int
  /// From the left.
  public var column: Int

  /// A cell.
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
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
    self.start = start
    self.end = end
  }
}

/// The shortest path over a grid whose cells cost.
///
///     z* = min over paths of the sum of the costs of the cells that it visits, both ends included
///
/// A path leads over cells that share a side, or with 8 neighbours a side or a corner. Costs are at least
/// 0: with negative ones, two cells side by side could form a cycle without end. `+infinity` forbids a
/// cell. NaN and negative costs are refused.
///
/// Distances are computed in the element type of the costs, or in double where they exceed the largest
/// float, and the value of the path that was found in double. ``GridPathSolution/potentials`` prove it.
/// A value beyond the largest double is an error.
///
/// Ties: seen from the end, the path goes on to the neighbour of least distance from the start, of equal
/// ones to the first of up, left, right, down, up-left, up-right, down-left, down-right; where a cell adds
/// nothing to the distance (it costs 0), by the fewest steps over cells of equal distance. So the answer
/// does not depend on threads or instruction sets.
///
/// Complexity: O(rows columns) time where paths bend little, O(cells log cells) at worst (Dijkstra 1959,
/// doi:10.1007/BF01386390).
public struct GridShortestPath: Sendable, Hashable {
  /// Which cells are beside each other.
  public enum Neighbours: Int, Sendable, Hashable, CaseIterable {
    /// Those that share a side.
    case four = 4
    /// Those that share a side or a corner.
    case eight = 8
  }

  /// Which cells are beside each other.
  public var neighbours: Neighbours
  /// Where paths start and end; nil: from the first cell, top left, to the last, bottom right.
  public var ends: GridEnds?
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem with the given options.
  public init(neighbours: Neighbours = .eight, ends: GridEnds? = nil, maxThreads: Int? = nil) {
    self.neighbours = neighbours
    self.ends = ends
    self.maxThreads = maxThreads
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row. A grid without cells has value 0 and an empty path.
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  /// - Throws: ``CombinatorialError``: a NaN or negative cost, no path, a wrong count or cell.
  public func solve(
    _ costs: [Float], rows: Int, columns: Int
  ) throws(CombinatorialError) -> GridPathSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns)[0]
  }

  /// Solves one problem in double precision.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row. A grid without cells has value 0 and an empty path.
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  /// - Throws: ``CombinatorialError``: a NaN or negative cost, no path, a wrong count or cell.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(CombinatorialError) -> GridPathSolution {
    try solve(costs, batch: 1, rows: rows, columns: columns)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: number of problems.
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  ///   - itemEnds: where each path starts and ends, instead of ``ends``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Float], batch: Int, rows: Int, columns: Int, itemEnds: [GridEnds]? = nil
  ) throws(CombinatorialError) -> GridPathBatch {
    let shape = try shape(batch: batch, rows: rows, columns: columns, itemEnds: itemEnds)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape)
    }
    return GridPathBatch(
      shape: shape, costs: .float(costs), values: output.values, paths: output.paths,
      lengths: output.lengths)
  }

  /// Solves a batch of problems in double precision, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: number of problems.
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  ///   - itemEnds: where each path starts and ends, instead of ``ends``.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve(
    _ costs: [Double], batch: Int, rows: Int, columns: Int, itemEnds: [GridEnds]? = nil
  ) throws(CombinatorialError) -> GridPathBatch {
    let shape = try shape(batch: batch, rows: rows, columns: columns, itemEnds: itemEnds)
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape)
    }
    return GridPathBatch(
      shape: shape, costs: .double(costs), values: output.values, paths: output.paths,
      lengths: output.lengths)
  }
}
