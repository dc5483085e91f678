import CombinatorialLosses
import LinearPrograms

/// Alignment as a linear program with a quadratic term, which is differentiated through its solution: the
/// approach that the loss of an optimal value makes unnecessary, to compare with.
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
    let model = try Alignment(gapFactor: gapFactor).linearModel(
      [Double](repeating: 0, count: rows * columns), rows: rows, columns: columns)
    constraints = model.constraints
    bounds = model.rowLower
    var (cells, factors): ([Int32], [Float]) = ([], [])
    // The variables are the moves D, then H, then V, by the node that they leave.
    for (down, right) in [(1, 1), (0, 1), (1, 0)] {
      for row in 0...rows - down {
        for column in 0...columns - right {
          cells.append(Int32(min(row, rows - 1) * columns + min(column, columns - 1)))
          factors.append(down == right ? 1 : Float(gapFactor))
        }
      }
    }
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
