internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is a ``GridCutSolution``; the arrays of all are at hand too.
public struct GridCutBatch: SolutionBatch {
  /// The costs' shape.
  public let shape: BatchShape
  /// `[batch]`: z* of each problem.
  public private(set) var values: [Double]
  /// `[batch, rows, columns]`: whether a cell lies on the source's side; false in the padding.
  public private(set) var isOnSourceSide: [Bool]
  /// `[batch, 2 + neighbors, rows, columns]`: maximum flows; empty if the batch was solved in place.
  public private(set) var flow: [Double]

  private let neighbors: GridCut.Neighbors
  private var costs = CostStorage.none

  init(
    shape: BatchShape, neighbors: GridCut.Neighbors, withFlow: Bool
  ) throws(CombinatorialError) {
    self.shape = shape
    self.neighbors = neighbors
    values = .init(repeating: 0, count: shape.batch)
    isOnSourceSide = .init(repeating: false, count: shape.batch * shape.rows * shape.columns)
    flow = try zeros(withFlow ? shape.batch * shape.itemCount : 0)
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    self.costs = CostStorage(costs)
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
    var costs = [Double](repeating: 0, count: self.costs.isKept ? positions.count : 0)
    if self.costs.isKept {
      // Arcs that lead out of the grid are nothing.
      for place in 0..<2 * grid.cells { costs[place] = self.costs[positions[place]] }
      grid.forEachArc { place, _, _ in costs[place] = self.costs[positions[place]] }
    }
    return GridCutSolution(
      value: values[item], isOnSourceSide: isOnSourceSide,
      flow: flow.isEmpty ? [] : positions.map { flow[$0] },
      cutCosts: grid.cut(isOnSourceSide: isOnSourceSide[...]), grid: grid, costs: costs)
  }

  /// Solves every problem, from costs that fill the shape.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, maxThreads: Int?
  ) throws(KernelRefusal) {
    let (shape, withFlow, cells) = (shape, !flow.isEmpty, shape.rows * shape.columns)
    let grid = cl_grid_cut_shape(
      rows: shape.rows, columns: shape.columns, neighbors: neighbors.rawValue)
    let run = BatchRun(
      count: shape.batch, minimumSlice: Swift.max(1, 256 / Swift.max(1, cells)),
      workspaceSize: cl_grid_cut_workspace_size(grid), maxThreads: maxThreads)
    let input = SharedInput(costs.baseAddress)
    try withSharedOutputs(
      &values, &isOnSourceSide, &flow
    ) { values, isOnSourceSide, flow throws(KernelRefusal) in
      try run.forEachItem { item, workspace, fault in
        let own = input.from(item * shape.itemCount)
        let ownFlow = withFlow ? flow.from(item * shape.itemCount) : nil
        return isOnSourceSide.withBytes(from: item * cells, count: cells) { sides in
          guard shape.rowCount(item) == grid.rows, shape.columnCount(item) == grid.columns else {
            return shape.solvePart(
              item, of: own, grid, workspace, values.from(item), sides, ownFlow, &fault)
          }
          return cl_grid_cut_solve(
            Scalar.element, own, grid, workspace, values.from(item), sides, ownFlow, &fault)
        }
      }
    }
  }
}

extension BatchShape {
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
  fileprivate func solvePart<Scalar: CostScalar>(
    _ item: Int, of costs: UnsafePointer<Scalar>?, _ grid: cl_grid_cut_shape,
    _ workspace: UnsafeMutableRawPointer, _ value: UnsafeMutablePointer<Double>?,
    _ sides: UnsafeMutablePointer<UInt8>?, _ flow: UnsafeMutablePointer<Double>?,
    _ fault: inout cl_fault
  ) -> cl_status {
    let used = usedCells(item)
    let positions = positions(used)
    let part = cl_grid_cut_shape(
      rows: rowCount(item), columns: columnCount(item), neighbors: grid.neighbors)
    let partCosts = positions.compactMap { costs?[$0] }
    var partSides = [UInt8](repeating: 0, count: used.count)
    var partFlow = [Double](repeating: 0, count: positions.count)
    let status = partCosts.withUnsafeBufferPointer { costs in
      partFlow.withUnsafeMutableBufferPointer {
        cl_grid_cut_solve(
          Scalar.element, costs.baseAddress, part, workspace, value, &partSides,
          flow == nil ? nil : $0.baseAddress, &fault)
      }
    }
    for (cell, side) in zip(used, partSides) { sides?[cell] = side }
    for (position, amount) in zip(positions, partFlow) { flow?[position] = amount }
    return status
  }
}
