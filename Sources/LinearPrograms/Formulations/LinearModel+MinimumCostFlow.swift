public import CombinatorialLosses

extension LinearModel {
  /// Minimum-cost flow as a linear program: one variable for each arc, one equation for each node.
  ///
  ///     min  costs . x   subject to  outflow - inflow = supplies,  0 <= x <= capacities
  ///
  /// The equations add up to 0 = 0, so the dual solution is determined up to a constant.
  ///
  /// - Parameters:
  ///   - network: The nodes and arcs.
  ///   - costs: `[arcs]`.
  ///   - supplies: `[nodes]`.
  ///   - capacities: `[arcs]`; nil: none.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.sizeOverflow`.
  public static func minimumCostFlow(
    _ network: MinimumCostFlow, costs: [Double], supplies: [Double], capacities: [Double]? = nil
  ) throws(LinearProgramError) -> LinearModel {
    let arcs = network.sources.count
    guard costs.count == arcs, supplies.count == network.nodes, (capacities?.count ?? arcs) == arcs
    else {
      throw .shapeMismatch(
        expected: "\(arcs) costs and capacities, \(network.nodes) supplies",
        found: "\(costs.count), \(capacities?.count ?? arcs), \(supplies.count)")
    }
    let matrix = try ConstraintMatrix(
      rows: network.nodes, columns: arcs, maximumCount: 2 * arcs
    ) { emit in
      for arc in 0..<arcs where network.sources[arc] != network.targets[arc] {
        emit(network.sources[arc], arc, 1)
        emit(network.targets[arc], arc, -1)
      }
    }
    return LinearModel(
      costs: costs, constraints: matrix, rows: supplies.map { .equal($0) },
      variables: (capacities ?? .init(repeating: .infinity, count: arcs)).map {
        $0 == .infinity ? .nonnegative : .between(0, $0)
      })
  }
}
