internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``GridShortestPathSolution``; the arrays of all are at hand too.
public struct GridShortestPathBatch: SolvedBatch {
  /// `[batch, rows * columns]`: the cells of each path from its start on, as row * columns + column; -1
  /// behind its end.
  public private(set) var paths: [Int32]
  /// `[batch]`: the cells of each path.
  public private(set) var lengths: [Int32]

  private let neighbors: GridShortestPath.Neighbors
  /// `[2, batch]`: where each path starts, and where it ends.
  private let ends: [Int32]
  package var results: BatchResults

  init(shape: BatchShape, neighbors: GridShortestPath.Neighbors, ends: [Int32]) {
    (results, self.neighbors, self.ends) = (BatchResults(shape), neighbors, ends)
    lengths = .init(repeating: 0, count: shape.batch)
    paths = .init(repeating: -1, count: shape.batch * shape.itemCount)
  }

  /// The cells of one problem's path.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for cell in path(item) { body(Int(cell), 1) }
  }

  /// The solution of one problem, without padding.
  public subscript(item: Int) -> GridShortestPathSolution {
    GridShortestPathSolution(
      value: values[item],
      cells: path(item).map {
        GridCell(row: Int($0) / shape.columns, column: Int($0) % shape.columns)
      },
      neighbors: neighbors, matrix: results.costs(item))
  }

  private func path(_ item: Int) -> ArraySlice<Int32> {
    paths[item * shape.itemCount..<item * shape.itemCount + Int(lengths[item])]
  }

  /// Solves every problem, from checked costs.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, instructionSet: InstructionSet, maxThreads: Int?
  ) throws(KernelRefusal) {
    guard shape.itemCount > 0 else { return }
    guard shape.rowCounts == nil, shape.columnCounts == nil else {
      let filled = shape.forbiddingPadding(costs)
      try filled.withUnsafeBufferPointer { costs throws(KernelRefusal) in
        try solveAll(costs, instructionSet: instructionSet, maxThreads: maxThreads)
      }
      // Grids without cells had one of cost 0.
      for item in indices where shape.rowCount(item) * shape.columnCount(item) == 0 {
        (lengths[item], paths[item * shape.itemCount]) = (0, -1)
      }
      return
    }
    try solveAll(costs, instructionSet: instructionSet, maxThreads: maxThreads)
  }

  /// Solves every problem of a batch without padding.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private mutating func solveAll<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, instructionSet: InstructionSet, maxThreads: Int?
  ) throws(KernelRefusal) {
    let cells = shape.itemCount
    let grid = cl_grid(
      rows: shape.rows, columns: shape.columns, diagonals: neighbors == .eight)
    let run = BatchRun(
      // As many as the widest vector has lanes.
      count: shape.batch, unit: cells > 1 << 14 ? 1 : Swift.min(16, Swift.max(1, shape.batch)),
      minimumSlice: shape.minimumSlice(costs: 8192),
      workspaceSize: cl_grid_shortest_path_workspace_size(grid), maxThreads: maxThreads)
    let kernel = instructionSet.found { cl_grid_shortest_path_solver($0, Scalar.element) }
    let doubleKernel = instructionSet.found { cl_grid_shortest_path_solver($0, CL_FLOAT64) }
    let input = SharedInput(costs.baseAddress)
    let (allEnds, count) = (ends, shape.batch)
    try allEnds.withSharedInput { ends throws(KernelRefusal) in
      try withSharedOutputs(
        &results.values, &paths, &lengths
      ) { values, paths, lengths throws(KernelRefusal) in
        try run { items, workspace, fault in
          var rest = items
          while true {
            let first = rest.lowerBound
            let status = kernel(
              input.from(first * cells), rest.count, grid, ends.from(first),
              ends.from(count + first), workspace, values.from(first), paths.from(first * cells),
              lengths.from(first), nil, &fault)
            let item = first + fault.item
            fault.item = item - items.lowerBound
            // Sums of floats that exceed the largest float are far from the largest double.
            guard status == CL_STATUS_OUT_OF_RANGE, Scalar.self == Float.self else {
              return status
            }
            let own = UnsafeBufferPointer(start: input.from(item * cells), count: cells)
            let again = doubleKernel(
              own.map { Double($0) }, 1, grid, ends.from(item), ends.from(count + item), workspace,
              values.from(item), paths.from(item * cells), lengths.from(item), nil, &fault)
            fault.item = item - items.lowerBound
            guard again == CL_STATUS_OK else { return again }
            rest = item + 1..<items.upperBound
          }
        }
      }
    }
  }
}

extension BatchShape {
  /// The costs with padding that no path may enter. A grid without cells gets one that costs nothing.
  fileprivate func forbiddingPadding<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>
  ) -> [Scalar] {
    var filled = [Scalar](repeating: .infinity, count: costs.count)
    for item in 0..<batch {
      let first = item * itemCount
      if rowCount(item) * columnCount(item) == 0 { filled[first] = 0 }
      for row in 0..<rowCount(item) {
        let start = first + row * columns
        for cell in start..<start + columnCount(item) { filled[cell] = costs[cell] }
      }
    }
    return filled
  }
}
