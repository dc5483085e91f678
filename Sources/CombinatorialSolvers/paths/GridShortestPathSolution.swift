internal import CombinatorialKernels

/// A cheapest path over a grid, and the distances that prove it.
public struct GridPathSolution: Sendable {
  /// z*: the sum of the costs of the visited cells, from the start on.
  public let value: Double
  /// The visited cells from the start to the end. This is the primal solution u*, hence dz*/dcosts: 1 at
  /// these, 0 elsewhere.
  public let cells: [GridCell]

  let shape: GridShape
  let matrix: CostMatrix

  /// dz*/dcosts, `[rows, columns]`: 1 at the visited cells.
  public var gradient: [Double] {
    var gradient = [Double](repeating: 0, count: shape.cells)
    for cell in cells { gradient[cell.row * shape.columns + cell.column] = 1 }
    return gradient
  }

  /// The dual solution, `[rows, columns]`: the distance of each cell from the start, both included,
  /// +infinity where no path leads, or none of a length up to the largest double. A cell's potential is at most that of each neighbour plus its own
  /// cost, with equality along the path; the start's is its cost, the end's is z*.
  ///
  /// Computed in double at each call, whatever the type of the costs.
  /// Complexity: that of ``GridShortestPath``.
  public var potentials: [Double] {
    let costs = (0..<shape.cells).map { matrix[$0 / shape.columns, $0 % shape.columns] }
    // It has been solved before.
    let output = costs.withUnsafeBufferPointer {
      try? GridPathKernel.solve($0, shape: shape, includesDistances: true)
    }
    return output?.distances ?? []
  }

  /// The value less the dual objective, the potential of the end: 0 up to rounding, n * 2^-53 of the value
  /// for n cells (2^-24 for floats, whose path is the shortest but for the rounding of their type), and the
  /// path is optimal. Nothing is subtracted, so that magnitudes far apart hide nothing. Complexity: that of ``potentials``, at each call.
  public var dualityGap: Double {
    guard let end = cells.last else { return 0 }
    let potentials = potentials
    guard !potentials.isEmpty else { return .infinity }
    return value - potentials[end.row * shape.columns + end.column]
  }
}

/// The solutions of a batch. Each is a ``GridPathSolution``; the values of all are at hand too.
public struct GridPathBatch: Sendable, RandomAccessCollection {
  let shape: GridShape
  let costs: CostStorage
  let paths: [Int32]
  let lengths: [Int32]

  /// `[batch]`: z* of each problem.
  public let values: [Double]

  init(
    shape: GridShape, costs: CostStorage, values: [Double], paths: [Int32], lengths: [Int32]
  ) {
    self.shape = shape
    self.costs = costs
    self.values = values
    self.paths = paths
    self.lengths = lengths
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of problems.
  public var endIndex: Int { shape.batch }

  /// The solution of one problem.
  public subscript(item: Int) -> GridPathSolution {
    let first = item * shape.cells
    let path = paths[first..<first + Int(lengths[item])]
    var single = shape
    single.batch = 1
    single.starts = [shape.starts[item]]
    single.ends = [shape.ends[item]]
    return GridPathSolution(
      value: values[item],
      cells: path.map {
        GridCell(row: Int($0) / shape.columns, column: Int($0) % shape.columns)
      },
      shape: single,
      matrix: CostMatrix(storage: costs, offset: first, rowStride: shape.columns))
  }
}
