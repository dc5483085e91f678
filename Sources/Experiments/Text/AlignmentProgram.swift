import CombinatorialLosses
import LinearPrograms

/// Alignment as a linear program with a quadratic term, which is differentiated through its solution: the
/// approach that the loss of an optimal value makes unnecessary, to compare with.
///
/// A path through the grid of nodes (i, k), 0 <= i <= m, 0 <= k <= n, is a flow of 1 from the first node
/// to the last. Each move is a variable, each node but the last an equation: what leaves it is what
/// enters it.
///
/// A. Agrawal et al., Differentiable convex optimization layers, NeurIPS 2019.
struct AlignmentProgram {
  private let constraints: ConstraintMatrix
  private let bounds: [Double]
  /// The cell of the costs that each move reads, and what it multiplies that by.
  private let cells: [Int32]
  private let factors: Tensor

  /// - Parameters:
  ///   - rows: Predicted positions, at least 1.
  ///   - columns: Target positions, at least 1.
  ///   - gapFactor: What a gap costs, as a multiple of the diagonal move from the same node.
  init(rows: Int, columns: Int, gapFactor: Double) throws {
    var entries: [(row: Int, column: Int, value: Double)] = []
    var (cells, factors): ([Int32], [Float]) = ([], [])
    let last = (rows + 1) * (columns + 1) - 1
    for row in 0...rows {
      for column in 0...columns {
        for (down, right) in [(1, 1), (0, 1), (1, 0)] {
          guard row + down <= rows, column + right <= columns else { continue }
          let (start, move) = (row * (columns + 1) + column, cells.count)
          let end = start + down * (columns + 1) + right
          entries.append((start, move, 1))
          if end < last { entries.append((end, move, -1)) }
          cells.append(Int32(min(row, rows - 1) * columns + min(column, columns - 1)))
          factors.append(down == right ? 1 : Float(gapFactor))
        }
      }
    }
    constraints = try ConstraintMatrix(rows: last, columns: cells.count, entries: entries)
    bounds = (0..<last).map { $0 == 0 ? 1 : 0 }
    self.cells = cells
    self.factors = try Tensor(factors, shape: [factors.count])
  }

  /// The costs along the program's solution, [], for costs [rows, columns].
  ///
  /// - Parameter smoothing: The weight of the quadratic term, greater than 0.
  func value(_ costs: Tensor, smoothing: Double) throws -> Tensor {
    let moves = try costs.reshaped([-1]).gathered(at: cells) * factors
    let flow = try SmoothedLinearProgram(smoothing: smoothing)
      .solution(costs: moves, constraints: constraints, bounds: bounds)
    return try (moves * flow).sum()
  }
}
