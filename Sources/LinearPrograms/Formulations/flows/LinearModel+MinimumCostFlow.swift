public import CombinatorialLosses

/// Flows of minimum cost as linear programs.
extension MinimumCostFlow {
  /// Minimum-cost flow as a linear program: one variable for each arc, one equation for each node.
  ///
  ///     min  costs . x   subject to  outflow - inflow = supplies,  0 <= x <= capacities
  ///
  /// The equations add up to 0 = 0, so the dual solution is determined up to a constant. Forbidden arcs, of cost
  /// +infinity, have an upper bound of 0.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public func linearModel(_ costs: [Double]) throws(LinearProgramError) -> LinearModel {
    let (nodes, arcs) = (graph.nodeCount, graph.arcCount)
    let supplies = supplies ?? .init(repeating: 0, count: nodes)
    let capacities = capacities ?? .init(repeating: .infinity, count: arcs)
    guard costs.count == arcs, supplies.count == nodes, capacities.count == arcs else {
      throw .shapeMismatch(
        expected: "\(arcs) costs and capacities, \(nodes) supplies",
        found: "\(costs.count), \(capacities.count), \(supplies.count)")
    }
    return try .network(
      costs, supplies: supplies, capacities: capacities, ends: graph.ends(of:))
  }
}
