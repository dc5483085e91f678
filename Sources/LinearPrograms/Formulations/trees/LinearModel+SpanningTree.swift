public import CombinatorialLosses

/// Spanning trees as a linear program, for checks.
extension SpanningTree {
  /// The spanning-tree problem of a tiny graph as a linear program, whose vertices are the trees (Edmonds).
  ///
  ///     min  sum_e cost[e] x[e]
  ///     subject to  sum_e x[e] = nodes - 1
  ///                 sum over the edges within S of x[e] <= |S| - 1  for each set S of 2 ... nodes - 1 nodes
  ///                 x >= 0
  ///
  /// The 2^nodes constraints are why nobody solves it so: this is there to check `SpanningTree` with. The
  /// variables are the edges; loops and forbidden edges, of cost +infinity, have an upper bound of 0.
  ///
  /// - Parameter costs: `[edges]`.
  /// - Throws: `LinearProgramError.shapeMismatch`: also of more than 12 nodes.
  public func linearModel(_ costs: [Double]) throws(LinearProgramError) -> LinearModel {
    let nodes = graph.nodeCount
    guard costs.count == graph.edgeCount, (1...12).contains(nodes) else {
      throw .shapeMismatch(
        expected: "\(graph.edgeCount) costs and a graph of 1 ... 12 nodes",
        found: "\(costs.count) costs and \(nodes) nodes")
    }
    let sets = (0..<1 << nodes).filter { $0.nonzeroBitCount >= 2 && $0.nonzeroBitCount < nodes }
    let ends = costs.indices.map { graph.nodes(of: $0) }
    let matrix = try ConstraintMatrix(
      rows: 1 + sets.count, columns: costs.count, maximumCount: (1 + sets.count) * costs.count
    ) { emit in
      for (edge, (a, b)) in ends.enumerated() where a != b {
        emit(0, edge, 1)
        for (place, set) in sets.enumerated() where set >> a & set >> b & 1 == 1 {
          emit(1 + place, edge, 1)
        }
      }
    }
    let isUsable = zip(costs, ends).map { $0 < .infinity && $1.0 != $1.1 }
    return LinearModel(
      costs: zip(costs, isUsable).map { $1 ? $0 : 0 }, constraints: matrix,
      rows: [.equal(Double(nodes - 1))] + sets.map { .atMost(Double($0.nonzeroBitCount - 1)) },
      variables: isUsable.map { $0 ? .nonnegative : .equal(0) })
  }
}
