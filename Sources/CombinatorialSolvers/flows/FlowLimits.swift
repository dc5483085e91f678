/// Supplies and capacities of a batch of networks.
struct FlowLimits: Sendable, Equatable {
  /// `[batch, nodes]`, or `[nodes]` if all problems share them.
  let supplies: [Double]
  /// `[batch, arcs]`, or `[arcs]` if all problems share them; nil: none at all.
  let capacities: [Double]?
  /// The number of problems; nil: any, which share them.
  let batch: Int?
  /// How far supplies may miss the sum 0, as a share of all that is supplied: what rounding leaves of a sum of
  /// their type.
  let tolerance: Double

  /// The limits of one problem.
  func item(_ item: Int, of graph: DirectedGraph) -> FlowLimits {
    func part(_ numbers: [Double], _ count: Int) -> [Double] {
      batch == nil ? numbers : numbers.part(item * count..<(item + 1) * count)
    }
    return FlowLimits(
      supplies: part(supplies, graph.nodeCount),
      capacities: capacities.map { part($0, graph.arcCount) }, batch: nil, tolerance: tolerance)
  }

  /// The capacity of an arc, of one problem's.
  func capacity(_ arc: Int) -> Double { capacities?[arc] ?? .infinity }

  func checkCounts(_ graph: DirectedGraph) throws(CombinatorialError) {
    let count = batch ?? 1
    guard supplies.count == count * graph.nodeCount else {
      throw .shapeMismatch(
        expected: "\(count * graph.nodeCount) supplies", found: "\(supplies.count)")
    }
    guard (capacities?.count ?? count * graph.arcCount) == count * graph.arcCount else {
      throw .shapeMismatch(
        expected: "\(count * graph.arcCount) capacities", found: "\(capacities?.count ?? 0)")
    }
  }

  /// Why the kernel could not take these limits of one problem; nil: it can.
  var refusal: CombinatorialError.Reason? {
    if let arc = capacities?.firstIndex(where: { !($0 >= 0) }) {
      return .invalidCapacity(position: arc, value: capacity(arc))
    }
    if let node = supplies.firstIndex(where: { !$0.isFinite }) {
      return .invalidMass(side: .supply, position: node, value: supplies[node])
    }
    // Sums of the greatest doubles stay finite; the least are not lost where they count.
    let scale = supplies.contains { abs($0) > 0x1p900 } ? 0x1p-64 : 1
    let supplied = supplies.reduce(0) { $0 + max(0, $1) * scale }
    let demanded = supplies.reduce(0) { $0 - min(0, $1) * scale }
    guard abs(supplied - demanded) <= tolerance * max(supplied, demanded) else {
      return .unbalanced(supply: supplied / scale, demand: demanded / scale)
    }
    return nil
  }
}
