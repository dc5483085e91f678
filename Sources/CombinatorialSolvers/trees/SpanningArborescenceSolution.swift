internal import CCombinatorialKernels

/// A minimum spanning arborescence, and the duals that prove it.
public struct SpanningArborescenceSolution: OptimalSolution {
  /// z*: the sum of the costs of the arcs, in the order of the nodes that they enter.
  public let value: Double
  /// `[nodes]`: the arc into each node, -1 for the root.
  public let arcInto: [Int]
  /// `[sets]`: the dual solution. Sets `0 ..< nodes` are the single nodes, the others cycles of sets that
  /// were contracted. Those of the latter are at least 0; that of the root is 0. On every arc the sum over
  /// the sets that it enters, those with its head but not its tail, is at most its cost, with equality on
  /// the arborescence. All together they are z*. They are rounded, and infinite beyond the range of double.
  public let duals: [Double]
  /// `[sets]`: the set that each was contracted into, -1 for none.
  public let parents: [Int]

  let graph: DirectedGraph
  let root: Int
  let costs: CostMatrix

  private enum CodingKeys: CodingKey { case value, arcInto, duals, parents }

  /// The public arrays; duals that are infinite are null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(arcInto, forKey: .arcInto)
    try container.encode(duals.map { $0.isFinite ? $0 : nil }, forKey: .duals)
    try container.encode(parents, forKey: .parents)
  }

  /// The arcs in ascending order. This is the primal solution u*, hence dz*/dcosts: 1 at these, 0
  /// elsewhere.
  public var arcs: [Int] { arcInto.filter { $0 >= 0 }.sorted() }

  /// dz*/dcosts, `[arcs]`: 1 at the arcs of the arborescence, 0 elsewhere.
  public var gradient: [Double] { indicator(of: arcs, count: graph.arcCount) }

  /// What the arborescence costs more than the duals of its sets prove, 0 up to rounding: no other costs
  /// less by more. Computed in exact arithmetic, with the greatest duals that the sets allow, so that
  /// magnitudes far apart hide nothing.
  ///
  /// Complexity: O(arcs * depth of the sets), at each call.
  public var dualityGap: Double {
    guard costs.isKept else { return .infinity }
    let workspace = UnsafeMutableRawPointer.allocate(
      byteCount: cl_spanning_arborescence_workspace_size(graph.nodeCount, graph.arcCount),
      alignment: 64)
    defer { workspace.deallocate() }
    return cl_spanning_arborescence_gap(
      (0..<graph.arcCount).map { costs[$0] }, graph.nodeCount, graph.arcCount, graph.ends,
      Int32(root), workspace, arcInto.map(Int32.init), parents.map(Int32.init), parents.count)
  }

  /// How far the duals are from a proof: the most by which those of the sets that an arc enters exceed its
  /// cost, or differ from it in the arborescence, or by which that of a contracted set is below 0. 0 up to
  /// the rounding of the duals.
  ///
  /// Complexity: O(arcs * depth of the sets), at each call.
  public var largestViolation: Double {
    let chosen = Set(arcs)
    // Of each set, the last arc whose tail it holds.
    var lastLeft = [Int](repeating: -1, count: parents.count)
    var violation = duals[graph.nodeCount...].reduce(0) { max($0, -$1) }
    for arc in 0..<graph.arcCount where costs[arc] < .infinity {
      let (tail, head) = (Int(graph.tails[arc]), Int(graph.heads[arc]))
      guard tail != head, head != root else { continue }
      var set = tail
      while set >= 0 {
        lastLeft[set] = arc
        set = parents[set]
      }
      let excess = duals(around: head) { lastLeft[$0] != arc } - costs[arc]
      violation = max(violation, chosen.contains(arc) ? abs(excess) : excess)
    }
    return violation
  }

  /// The sum over the sets that hold the head, from the least on, of those that an arc enters.
  private func duals(around head: Int, _ isEntered: (Int) -> Bool) -> Double {
    var sum = 0.0
    var set = head
    while set >= 0, isEntered(set) {
      sum += duals[set]
      set = parents[set]
    }
    return sum
  }
}
