internal import CombinatorialLosses

extension LinearModel {
  /// A flow through a network at the least cost: a variable for each arc, an equation for each node,
  /// flow out - flow in = supply. An arc of cost +infinity is forbidden: an upper bound of 0.
  ///
  /// - Parameters:
  ///   - costs: The cost of each arc.
  ///   - supplies: What leaves each node less what enters it.
  ///   - capacities: The most flow of each arc; nil: none has a bound.
  ///   - ends: The nodes of an arc; one that leads back to its tail is in no equation.
  static func network(
    _ costs: [Double], supplies: [Double], capacities: [Double]? = nil,
    ends: (Int) -> (tail: Int, head: Int)
  ) throws(LinearProgramError) -> LinearModel {
    let matrix = try ConstraintMatrix(
      rows: supplies.count, columns: costs.count, maximumCount: 2 * costs.count
    ) { emit in
      for arc in costs.indices {
        let (tail, head) = ends(arc)
        guard tail != head else { continue }
        emit(tail, arc, 1)
        emit(head, arc, -1)
      }
    }
    return LinearModel(
      costs: costs.map { $0 == .infinity ? 0 : $0 }, constraints: matrix,
      rows: supplies.map { .equal($0) },
      variables: costs.enumerated().map { arc, cost in
        let capacity = cost == .infinity ? 0 : capacities?[arc] ?? .infinity
        return Bounds(lower: 0, upper: capacity)
      })
  }

  /// The same with one unit of flow from one node to another: a path.
  static func path(
    _ costs: [Double], nodes: Int, from source: Int, to target: Int,
    ends: (Int) -> (tail: Int, head: Int)
  ) throws(LinearProgramError) -> LinearModel {
    var balance = [Double](repeating: 0, count: nodes)
    balance[source] += 1
    balance[target] -= 1
    return try network(costs, supplies: balance, ends: ends)
  }
}

extension DirectedGraph {
  func ends(of arc: Int) -> (tail: Int, head: Int) { (Int(tails[arc]), Int(heads[arc])) }
}
