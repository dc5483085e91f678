public import CombinatorialLosses

/// Alignment as the linear program of a shortest path.
extension Alignment {
  /// The alignment problem as a linear program: one unit of flow from the first node of the grid to the
  /// last, whose vertices are the paths.
  ///
  ///     min  sum_e cost[e] x[e]
  ///     subject to  flow out - flow in = 1 at node (0, 0), -1 at (rows, columns), 0 elsewhere,  x >= 0
  ///
  /// The variables are the moves: D in the order of the costs `[rows, columns]`, then H out of the nodes
  /// `[rows + 1, columns]`, then V out of `[rows, columns + 1]`. Moves that the rule lacks, or that read a
  /// forbidden cost of +infinity, have an upper bound of 0. The equations are the nodes
  /// `[rows + 1, columns + 1]`; their duals are the potentials of ``/CombinatorialSolvers/AlignmentSolution/potentials`` up to a
  /// constant, as the equations add up to 0.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]`, row by row.
  ///   - rows: Predicted positions.
  ///   - columns: Target positions.
  ///   - gapCosts: Prices of the single gaps instead of ``/CombinatorialSolvers/Alignment/Gaps/cost(_:)``.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``, `LinearProgramError.sizeOverflow`.
  public func linearModel(
    _ costs: [Double], rows: Int, columns: Int, gapCosts: GapCosts<Double>? = nil
  ) throws -> LinearModel {
    let edges = try edges(costs, rows: rows, columns: columns, gapCosts: gapCosts)
    let width = columns + 1
    func number(_ node: AlignmentNode) -> Int { node.row * width + node.column }
    return try .path(
      edges.map(\.cost), nodes: (rows + 1) * width, from: 0, to: (rows + 1) * width - 1
    ) {
      let (move, node, _) = edges[$0]
      return (number(node), number(node.moved(by: move)))
    }
  }
}
