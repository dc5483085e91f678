/// A maximum flow with the value that NetworkX found.
public struct MaximumFlowCase: Decodable, Sendable {
  /// Number of nodes.
  public let nodes: Int
  /// Tail and head of each arc.
  public let arcs: [[Int]]
  /// Capacity of each arc.
  public let weights: [Double]
  /// Where the flow comes from.
  public let source: Int
  /// Where it goes to: the sink.
  public let target: Int
  /// The value of the maximum flow.
  public let value: Double

  /// Every case of the fixture.
  public static func all() throws -> [MaximumFlowCase] {
    try Fixture<MaximumFlowCase>("maximum_flow").cases
  }
}

/// All cuts of a small graph, one after the other.
public enum ExhaustiveCut {
  /// The least capacity of a cut, and the minimum cut with the most nodes on the source's side.
  public static func solve(
    nodes: Int, arcs: [(tail: Int, head: Int)], capacities: [Double], source: Int, sink: Int
  ) -> (value: Double, isOnSourceSide: [Bool]) {
    var best = (value: Double.infinity, set: 0)
    for set in 0..<1 << nodes where set >> source & 1 == 1 && set >> sink & 1 == 0 {
      var value = 0.0
      for (arc, capacity) in zip(arcs, capacities)
      where set >> arc.tail & 1 == 1 && set >> arc.head & 1 == 0 {
        value += capacity
      }
      let isLarger = set.nonzeroBitCount > best.set.nonzeroBitCount
      if value < best.value || value == best.value && isLarger { best = (value, set) }
    }
    return (best.value, (0..<nodes).map { best.set >> $0 & 1 == 1 })
  }
}
