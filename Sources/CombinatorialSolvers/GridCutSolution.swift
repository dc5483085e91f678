internal import CombinatorialKernels

/// The minimum cut of a grid, and the flow that proves it.
public struct GridCutSolution: Sendable {
  /// z*: the sum of the costs in the cut.
  public let value: Double
  /// `[rows, columns]`: whether a cell lies on the source's side.
  public let isOnSourceSide: [Bool]
  /// `[2 + neighbours, rows, columns]`: a maximum flow, after the smaller of a cell's source and sink has
  /// been taken from both.
  public let flow: [Double]
  /// Positions, ascending, of the costs in the cut: this is u*, hence dz*/dcosts: 1 at these, 0 elsewhere.
  public let cutCosts: [Int]

  private let grid: GridArcs
  private let costs: [Double]

  init(
    neighbours: GridCut.Neighbours, rows: Int, columns: Int, costs: [Double],
    output: MinimumCutOutput
  ) {
    let grid = GridArcs(neighbours: neighbours, rows: rows, columns: columns)
    self.grid = grid
    self.costs = costs
    value = output.values[0]
    isOnSourceSide = output.sourceSide.map { $0 != 0 }
    flow = output.flow
    cutCosts = grid.cut(sourceSide: output.sourceSide[...])
  }

  /// What comes into each cell less what goes out: 0 up to rounding.
  public var imbalances: [Double] {
    var balance = (0..<grid.cells).map { flow[$0] - flow[grid.cells + $0] }
    grid.forEachArc { position, from, to in
      balance[from] -= flow[position]
      balance[to] += flow[position]
    }
    return balance
  }

  /// The cost of the cut less what reaches the sink and what every cell costs on either side: 0 up to
  /// rounding, and both are optimal.
  public var dualityGap: Double {
    let common = (0..<grid.cells).reduce(0) { $0 + min(costs[$1], costs[grid.cells + $1]) }
    return value - common - flow[grid.cells..<2 * grid.cells].reduce(0, +)
  }

  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a cell.
  public var infeasibility: Double {
    var worst = imbalances.reduce(0) { max($0, abs($1)) }
    for cell in 0..<grid.cells {
      let (source, sink) = (costs[cell], costs[grid.cells + cell])
      let pull = source == sink ? 0 : sink - source
      worst = max(worst, flow[cell] - max(-pull, 0), flow[grid.cells + cell] - max(pull, 0))
    }
    grid.forEachArc { position, _, _ in worst = max(worst, flow[position] - costs[position]) }
    return max(worst, -(flow.min() ?? 0))
  }
}

/// The arcs of a grid by their positions among the costs.
package struct GridArcs: Sendable {
  let neighbours: GridCut.Neighbours
  let rows: Int
  let columns: Int

  package init(neighbours: GridCut.Neighbours, rows: Int, columns: Int) {
    self.neighbours = neighbours
    self.rows = rows
    self.columns = columns
  }

  package var cells: Int { rows * columns }

  /// Calls `body` with the position and both cells of every arc that stays inside.
  package func forEachArc(_ body: (_ position: Int, _ from: Int, _ to: Int) -> Void) {
    for (direction, step) in neighbours.steps.enumerated() {
      let lastRow = rows - max(0, step.row)
      let lastColumn = columns - max(0, step.column)
      for row in stride(from: max(0, -step.row), to: lastRow, by: 1) {
        for column in stride(from: max(0, -step.column), to: lastColumn, by: 1) {
          let cell = row * columns + column
          body((2 + direction) * cells + cell, cell, cell + step.row * columns + step.column)
        }
      }
    }
  }

  /// The positions of the costs in a cut, ascending.
  ///
  /// - Parameter sourceSide: `[rows, columns]`, not 0 on the source's side.
  package func cut(sourceSide: ArraySlice<UInt8>) -> [Int] {
    let first = sourceSide.startIndex
    var positions = (0..<cells).filter { sourceSide[first + $0] == 0 }
    positions += (0..<cells).filter { sourceSide[first + $0] != 0 }.map { cells + $0 }
    forEachArc { position, from, to in
      if sourceSide[first + from] != 0, sourceSide[first + to] == 0 { positions.append(position) }
    }
    return positions
  }
}
