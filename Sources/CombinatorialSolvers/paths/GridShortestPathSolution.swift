internal import CCombinatorialKernels
internal import CombinatorialKernels

/// A cheapest path over a grid, and the distances that prove it.
public struct GridShortestPathSolution: OptimalSolution {
  /// z*: the sum of the costs of the visited cells, from the start on.
  public let value: Double
  /// The visited cells from the start to the end. This is the primal solution u*, hence dz*/dcosts: 1 at
  /// these, 0 elsewhere.
  public let cells: [GridCell]

  let neighbors: GridShortestPath.Neighbors
  let matrix: CostMatrix

  private enum CodingKeys: CodingKey { case value, cells }

  /// dz*/dcosts, `[rows, columns]`: 1 at the visited cells.
  public var gradient: [Double] {
    indicator(of: cells.map(number), count: matrix.rows * matrix.columns)
  }

  /// The dual solution, `[rows, columns]`: the distance of each cell from the start, both included,
  /// +infinity where no path leads, or none of a length up to the largest double. A cell's potential is at
  /// most that of each neighbor plus its own cost, with equality along the path; the start's is its cost,
  /// the end's is z*.
  ///
  /// Computed in double at each call, whatever the type of the costs.
  /// Complexity: that of ``GridShortestPath``.
  public var potentials: [Double] {
    guard matrix.isKept, let start = cells.first, let end = cells.last else { return [] }
    let grid = cl_grid(
      rows: matrix.rows, columns: matrix.columns, diagonals: neighbors == .eight)
    let count = matrix.rows * matrix.columns
    let costs = (0..<count).map { matrix[$0 / matrix.columns, $0 % matrix.columns] }
    let workspace = UnsafeMutableRawPointer.allocate(
      byteCount: cl_grid_shortest_path_workspace_size(grid), alignment: 64)
    defer { workspace.deallocate() }
    var (value, length, fault) = (0.0, Int32(0), cl_fault())
    var path = [Int32](repeating: 0, count: count)
    var distances = [Double](repeating: 0, count: count)
    let kernel = InstructionSet.current.found { cl_grid_shortest_path_solver($0, CL_FLOAT64) }
    // It has been solved before.
    let status = kernel(
      costs, 1, grid, [Int32(number(start))], [Int32(number(end))], workspace, &value, &path,
      &length, &distances, &fault)
    return status == CL_STATUS_OK ? distances : []
  }

  /// The value less the dual objective, the potential of the end: 0 up to rounding, n * 2^-53 of the value
  /// for n cells (2^-24 for floats, whose path is the shortest but for the rounding of their type), and the
  /// path is optimal. Nothing is subtracted, so that magnitudes far apart hide nothing. Complexity: that of
  /// ``potentials``, at each call.
  public var dualityGap: Double {
    guard let end = cells.last else { return 0 }
    let potentials = potentials
    return potentials.isEmpty ? .infinity : value - potentials[number(end)]
  }

  /// Whether this is the only shortest path: no other neighbor of a visited cell offers it its distance.
  ///
  /// Distances that rounding cannot tell apart count as equal, and cells that cost nothing as a way round:
  /// so `true` is certain, and `false` is not. Complexity: that of ``potentials``, at each call.
  public var isUnique: Bool {
    let potentials = potentials
    guard !potentials.isEmpty else { return cells.isEmpty }
    // Potentials of cells farther than the end do not matter.
    let tolerance = Double(cells.count) * .ulpOfOne * value
    return zip(cells, cells.dropFirst()).allSatisfy { before, cell in
      neighbors.steps.allSatisfy { step in
        let other = GridCell(row: cell.row + step.row, column: cell.column + step.column)
        guard other != before, (0..<matrix.rows).contains(other.row),
          (0..<matrix.columns).contains(other.column)
        else { return true }
        return potentials[number(other)] - potentials[number(before)] > tolerance
      }
    }
  }

  private func number(_ cell: GridCell) -> Int { cell.row * matrix.columns + cell.column }
}
