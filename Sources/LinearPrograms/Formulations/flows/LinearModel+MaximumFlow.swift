public import CombinatorialLosses

/// Maximum flow as a linear program.
extension MaximumFlow {
  /// The minimum cut as a linear program, whose vertices are the cuts; its dual is the maximum flow.
  ///
  ///     min  sum_a capacities[a] u[a]
  ///     subject to  u[a] - p[tail of a] + p[head of a] >= 0,  p[source] = 1,  p[sink] = 0,  u >= 0
  ///
  /// The variables are u in the order of the arcs, then p, one for each node: 1 on the source's side of the
  /// cut, 0 on the sink's. The dual solution of the rows, one for each arc, is a maximum flow. An arc of
  /// capacity +infinity has u[a] = 0.
  ///
  /// - Parameter capacities: `[arcs]`.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(_ capacities: [Double]) throws(LinearProgramError) -> LinearModel {
    let (nodes, arcs) = (graph.nodeCount, graph.arcCount)
    guard capacities.count == arcs else {
      throw .shapeMismatch(expected: "\(arcs) capacities", found: "\(capacities.count)")
    }
    let matrix = try ConstraintMatrix(
      rows: arcs, columns: arcs + nodes, maximumCount: 3 * arcs
    ) { emit in
      for arc in 0..<arcs {
        emit(arc, arc, 1)
        guard graph.tails[arc] != graph.heads[arc] else { continue }
        emit(arc, arcs + Int(graph.tails[arc]), -1)
        emit(arc, arcs + Int(graph.heads[arc]), 1)
      }
    }
    let sides = (0..<nodes).map { node -> Bounds in
      node == source ? .equal(1) : node == sink ? .equal(0) : .between(0, 1)
    }
    return LinearModel(
      costs: capacities.map { $0 == .infinity ? 0 : $0 } + [Double](repeating: 0, count: nodes),
      constraints: matrix, rows: .init(repeating: .atLeast(0), count: arcs),
      variables: capacities.map { $0 == .infinity ? .equal(0) : .nonnegative } + sides)
  }
}
