internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``GridCutSolution``; the arrays of all are at hand too.
public struct GridCutBatch: SolvedBatch {
  /// `[batch, rows, columns]`: whether a cell lies on the source's side; false in the padding.
  public private(set) var isOnSourceSide: [Bool]
  /// `[batch, 2 + neighbors, rows, columns]`: maximum flows; empty if the batch was solved in place.
  public private(set) var flow: [Double]

  package var results: BatchResults
  private let neighbors: GridCut.Neighbors

  /// Solves every problem, from costs that fill the shape.
  init(
    _ problem: GridCut, _ costs: CostInput, shape: BatchShape, withFlow: Bool
  ) throws(CombinatorialError) {
    (results, neighbors) = (BatchResults(shape), problem.neighbors)
    isOnSourceSide = .init(repeating: false, count: shape.batch * shape.rows * shape.columns)
    flow = try zeros(withFlow ? shape.batch * shape.itemCount : 0)
    let cells = shape.rows * shape.columns
    let grid = cl_grid_cut_shape(
      rows: shape.rows, columns: shape.columns, neighbors: neighbors.rawValue)
    let run = BatchRun(
      count: shape.batch, minimumSlice: Swift.max(1, 256 / Swift.max(1, cells)),
      workspaceSize: cl_grid_cut_workspace_size(grid), maxThreads: problem.maxThreads)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &isOnSourceSide, &flow
      ) { values, isOnSourceSide, flow throws(KernelRefusal) in
        try run.forEachItem { item, workspace, fault in
          let ownFlow = withFlow ? flow.from(item * shape.itemCount) : nil
          return isOnSourceSide.withBytes(from: item * cells, count: cells) { sides in
            guard shape.rowCount(item) == grid.rows, shape.columnCount(item) == grid.columns else {
              return shape.solvePart(
                item, of: costs, grid, workspace, values.from(item), sides, ownFlow, &fault)
            }
            return cl_grid_cut_solve(
              costs.element, costs.from(item * shape.itemCount), grid, workspace,
              values.from(item), sides, ownFlow, &fault)
          }
        }
      }
    } catch {
      throw shape.error(error, costs)
    }
  }

  /// The costs in one grid's cut.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    let arcs = GridArcs(
      neighbors: neighbors, rows: shape.rowCount(item), columns: shape.columnCount(item),
      of: (shape.rows, shape.columns))
    for position in arcs.cut(
      isOnSourceSide: isOnSourceSide[item * arcs.cells..<(item + 1) * arcs.cells])
    {
      body(position, 1)
    }
  }

  /// The solution of one grid, without padding.
  public subscript(item: Int) -> GridCutSolution {
    let used = shape.usedCells(item)
    let first = item * shape.rows * shape.columns
    let isOnSourceSide = used.map { self.isOnSourceSide[first + $0] }
    let grid = GridArcs(
      neighbors: neighbors, rows: shape.rowCount(item), columns: shape.columnCount(item))
    let positions = shape.positions(used, item: item)
    let kept = results.costs
    var costs = [Double](repeating: 0, count: kept.isKept ? positions.count : 0)
    if kept.isKept {
      // Arcs that lead out of the grid are nothing.
      for place in 0..<2 * grid.cells { costs[place] = kept[positions[place]] }
      grid.forEachArc { place, _, _ in costs[place] = kept[positions[place]] }
    }
    return GridCutSolution(
      value: values[item], isOnSourceSide: isOnSourceSide,
      flow: flow.isEmpty ? [] : positions.map { flow[$0] },
      cutCosts: grid.cut(isOnSourceSide: isOnSourceSide[...]), grid: grid, costs: costs)
  }
}

extension BatchShape {
  /// The public form of a kernel's refusal.
  fileprivate func error(
    _ refusal: KernelRefusal, _ costs: CostInput
  ) -> CombinatorialError {
    CombinatorialError(refusal, size: "a grid of \(rows) rows and \(columns) columns") { fault in
      let (channel, row) = fault.row.quotientAndRemainder(dividingBy: rowCount(fault.item))
      let line = (fault.item * channels + channel) * rows + row
      return .invalidGridCost(
        channel: channel, row: row, column: fault.column,
        value: costs[line * columns + fault.column])
    }
  }

  /// The cells of an item that are in use, among those of a channel.
  fileprivate func usedCells(_ item: Int) -> [Int] {
    (0..<rowCount(item)).flatMap { row in
      row * columns..<row * columns + columnCount(item)
    }
  }

  /// The costs of an item that are in use, from its first cells on.
  fileprivate func positions(_ used: [Int], item: Int = 0) -> [Int] {
    (0..<channels).flatMap { channel in
      used.map { (item * channels + channel) * rows * columns + $0 }
    }
  }

  /// Solves a grid that does not fill its place, on a copy of its costs.
  fileprivate func solvePart(
    _ item: Int, of costs: CostInput, _ grid: cl_grid_cut_shape,
    _ workspace: UnsafeMutableRawPointer, _ value: UnsafeMutablePointer<Double>?,
    _ sides: UnsafeMutablePointer<UInt8>?, _ flow: UnsafeMutablePointer<Double>?,
    _ fault: inout cl_fault
  ) -> cl_status {
    let used = usedCells(item)
    let positions = positions(used)
    let part = cl_grid_cut_shape(
      rows: rowCount(item), columns: columnCount(item), neighbors: grid.neighbors)
    var partSides = [UInt8](repeating: 0, count: used.count)
    var partFlow = [Double](repeating: 0, count: positions.count)
    let status = costs.withCosts(at: positions.map { item * itemCount + $0 }) { partCosts in
      partFlow.withUnsafeMutableBufferPointer {
        cl_grid_cut_solve(
          costs.element, partCosts, part, workspace, value, &partSides,
          flow == nil ? nil : $0.baseAddress, &fault)
      }
    }
    for (cell, side) in zip(used, partSides) { sides?[cell] = side }
    for (position, amount) in zip(positions, partFlow) { flow?[position] = amount }
    return status
  }
}
