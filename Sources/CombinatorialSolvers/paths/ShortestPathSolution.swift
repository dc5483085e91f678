/// A shortest path, and the potentials that prove it.
public struct ShortestPathSolution: OptimalSolution {
  /// z*: the sum over the path, from its start on; the nearest double to the exact sum where rounding makes
  /// more of the former than `arcs * 2^-53` of it.
  public let value: Double
  /// The arcs of the path in order. This is the primal solution u*, hence dz*/dcosts: 1 at these, 0
  /// elsewhere.
  public let arcs: [Int]
  /// The nodes of the path, from the source to the target.
  public let nodes: [Int]
  /// `[nodes]`: the dual solution, 0 at the source and z* at the target: the distances from the source,
  /// but no more than z* if all costs are at least 0, and else +infinity at nodes out of reach. Those that
  /// exact arithmetic found are the nearest doubles, infinite beyond the range of double.
  public let potentials: [Double]

  let graph: DirectedGraph
  let costs: CostMatrix

  private enum CodingKeys: CodingKey { case value, arcs, nodes, potentials }

  /// The public arrays; potentials that are infinite are null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(arcs, forKey: .arcs)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(potentials.map { $0.isFinite ? $0 : nil }, forKey: .potentials)
  }

  /// dz*/dcosts, `[arcs]`: 1 at the arcs of the path, 0 elsewhere.
  public var gradient: [Double] { indicator(of: arcs, count: graph.arcCount) }

  /// How far the value is from the dual objective, `p[target] - p[source]`, and from being proved by it:
  /// added to it is what the potentials violate on each arc beyond what rounding makes of them, 2^-51 of
  /// `|p[tail]| + |cost|`. 0 up to rounding, and the path is optimal.
  ///
  /// Complexity: O(arcs), at each call.
  public var dualityGap: Double {
    guard costs.isKept, let source = nodes.first, let target = nodes.last else { return .infinity }
    let allowed = 2 * Double.ulpOfOne
    var gap = abs(value - (potentials[target] - potentials[source]))
    for arc in 0..<graph.arcCount {
      let excess = excess(of: arc)
      guard excess > 0 else { continue }
      let size = abs(potentials[Int(graph.tails[arc])]) + abs(costs[arc])
      gap += max(0, excess - allowed * size)
    }
    return gap
  }

  /// How far the potentials are from a proof: the most by which `p[head]` exceeds `p[tail] + cost`, or
  /// differs from it on the path. 0 up to the rounding of the potentials.
  ///
  /// Complexity: O(arcs), at each call.
  public var largestViolation: Double {
    let violation = (0..<graph.arcCount).reduce(0.0) { max($0, excess(of: $1)) }
    return arcs.reduce(violation) { max($0, abs(excess(of: $1))) }
  }

  /// Whether this is the only shortest path: no other arc into a node behind the source offers it its
  /// distance.
  ///
  /// Offers that rounding cannot tell from the distance count as equal to it, and so do those of nodes at the
  /// distance of the target and beyond, and of cycles of length 0: so `true` is certain, and `false` is not.
  ///
  /// Complexity: O(arcs), at each call.
  public var isUnique: Bool {
    let sizes = potentials.lazy.filter(\.isFinite).map(abs)
    let tolerance = Double(graph.nodeCount) * .ulpOfOne * (sizes.max() ?? 0)
    var arcInto = [Int: Int](uniqueKeysWithValues: zip(nodes.dropFirst(), arcs))
    arcInto[nodes[0]] = nil
    return (0..<graph.arcCount).allSatisfy { arc in
      guard let own = arcInto[Int(graph.heads[arc])], own != arc,
        graph.tails[arc] != graph.heads[arc]
      else { return true }
      let offer = potentials[Int(graph.tails[arc])] + costs[arc]
      return offer - potentials[Int(graph.heads[arc])] > tolerance
    }
  }

  /// By how much the potential of an arc's head exceeds `p[tail] + cost`; 0 where that is not finite.
  private func excess(of arc: Int) -> Double {
    let offer = potentials[Int(graph.tails[arc])] + costs[arc]
    return offer.isFinite ? potentials[Int(graph.heads[arc])] - offer : 0
  }
}
