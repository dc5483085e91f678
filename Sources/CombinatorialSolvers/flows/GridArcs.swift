/// The arcs of a grid by their positions among the costs `[2 + neighbors, rows, columns]`, of which the grid may be
/// a part.
package struct GridArcs: Sendable, Equatable {
  let neighbors: GridCut.Neighbors
  let rows, columns: Int
  /// The columns of the costs.
  private let stride: Int
  /// The cells of a channel, padding included.
  package let cells: Int

  package init(
    neighbors: GridCut.Neighbors, rows: Int, columns: Int,
    of extents: (rows: Int, columns: Int)? = nil
  ) {
    (self.neighbors, self.rows, self.columns) = (neighbors, rows, columns)
    stride = extents?.columns ?? columns
    cells = (extents?.rows ?? rows) * stride
  }

  /// Calls `body` with every cell.
  func forEachCell(_ body: (_ cell: Int) -> Void) {
    for row in 0..<rows {
      for column in 0..<columns { body(row * stride + column) }
    }
  }

  /// Calls `body` with the position and both cells of every arc that stays inside.
  package func forEachArc(_ body: (_ position: Int, _ from: Int, _ to: Int) -> Void) {
    for (direction, step) in neighbors.steps.enumerated() {
      let lastRow = rows - max(0, step.row)
      let lastColumn = columns - max(0, step.column)
      for row in Swift.stride(from: max(0, -step.row), to: lastRow, by: 1) {
        for column in Swift.stride(from: max(0, -step.column), to: lastColumn, by: 1) {
          let cell = row * stride + column
          body((2 + direction) * cells + cell, cell, cell + step.row * stride + step.column)
        }
      }
    }
  }

  /// The positions of the costs in a cut, ascending.
  ///
  /// - Parameter isOnSourceSide: `[rows, columns]`.
  package func cut(isOnSourceSide: ArraySlice<Bool>) -> [Int] {
    let first = isOnSourceSide.startIndex
    var (positions, others): ([Int], [Int]) = ([], [])
    forEachCell { cell in
      if isOnSourceSide[first + cell] {
        others.append(cells + cell)
      } else {
        positions.append(cell)
      }
    }
    positions += others
    forEachArc { position, from, to in
      if isOnSourceSide[first + from], !isOnSourceSide[first + to] { positions.append(position) }
    }
    return positions
  }
}
