package import CombinatorialKernels

/// Supplies and capacities of a batch of networks.
package struct FlowLimits: Sendable, Equatable {
  /// `[batch, nodes]`, or `[nodes]` if all problems share them.
  let supplies: [Double]
  /// `[batch, arcs]`, or `[arcs]` if all problems share them.
  let capacities: [Double]
  let areShared: Bool
  /// How far supplies may miss the sum 0, as a share of all that is supplied.
  let tolerance: Double

  init(supplies: [Double], capacities: [Double], areShared: Bool, tolerance: Double) {
    self.supplies = supplies
    self.capacities = capacities
    self.areShared = areShared
    self.tolerance = tolerance
  }

  /// Those of each of `count` problems.
  package init<Scalar: CostScalar>(
    _ supplies: [Scalar], _ capacities: [Scalar]?, count: Int, arcCount: Int
  ) {
    self.init(
      supplies: supplies.map { Double($0) },
      capacities: capacities?.map { Double($0) }
        ?? .init(repeating: .infinity, count: max(0, count) * arcCount),
      areShared: false, tolerance: Self.tolerance(of: Scalar.self))
  }

  /// What rounding leaves of a sum of this type, as a share.
  static func tolerance<Scalar: CostScalar>(of _: Scalar.Type) -> Double {
    Scalar.self == Float.self ? 1e-5 : 1e-9
  }

  /// Where the numbers of an item start, of `stride` for each.
  func start(_ item: Int, stride: Int) -> Int { areShared ? 0 : item * stride }

  /// The limits of one problem.
  func item(_ item: Int, of graph: DirectedGraph) -> FlowLimits {
    let (node, arc) = (
      start(item, stride: graph.nodeCount), start(item, stride: graph.arcCount)
    )
    return FlowLimits(
      supplies: Array(supplies[node..<node + graph.nodeCount]),
      capacities: Array(capacities[arc..<arc + graph.arcCount]), areShared: true,
      tolerance: tolerance)
  }

  func checkCounts(_ graph: DirectedGraph, batch: Int) throws(CombinatorialError) {
    let count = areShared ? 1 : batch
    guard supplies.count == count * graph.nodeCount else {
      throw .shapeMismatch(
        expected: "\(count * graph.nodeCount) supplies", found: "\(supplies.count)")
    }
    guard capacities.count == count * graph.arcCount else {
      throw .shapeMismatch(
        expected: "\(count * graph.arcCount) capacities", found: "\(capacities.count)")
    }
  }

  /// Why the kernel could not take these limits of one problem; nil: it can.
  var refusal: CombinatorialError.Reason? {
    if let arc = capacities.firstIndex(where: { !($0 >= 0) }) {
      return .invalidCapacity(position: arc, value: capacities[arc])
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
