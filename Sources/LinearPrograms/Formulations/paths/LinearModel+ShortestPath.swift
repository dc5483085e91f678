public import CombinatorialLosses

/// Shortest paths as linear programs.
extension ShortestPath {
  /// The shortest-path problem as a linear program: one unit of flow from the source to the target.
  ///
  ///     min  sum_a cost[a] x[a]
  ///     subject to  flow out - flow in = 1 at the source, -1 at the target, 0 elsewhere,  x >= 0
  ///
  /// The variables are the arcs; forbidden ones, of cost +infinity, have an upper bound of 0. The
  /// equations are the nodes. Their duals y satisfy `y[tail] - y[head] <= cost`: they are the potentials of
  /// ``/CombinatorialSolvers/ShortestPathSolution/potentials`` with the opposite sign, up to a constant, as the equations add
  /// up to 0. A negative cycle anywhere, also out of reach, leaves the program unbounded.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(_ costs: [Double]) throws(LinearProgramError) -> LinearModel {
    guard costs.count == graph.arcCount, (0..<graph.nodeCount).contains(source),
      (0..<graph.nodeCount).contains(target)
    else {
      throw .shapeMismatch(
        expected: "\(graph.arcCount) costs, and ends among nodes 0 ..< \(graph.nodeCount)",
        found: "\(costs.count) costs, and ends \(source) and \(target)")
    }
    return try .path(
      costs, nodes: graph.nodeCount, from: source, to: target, ends: graph.ends(of:))
  }
}
