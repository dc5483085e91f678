/// The arcs of a directed graph in the order of their tails: those out of node i are slots
/// `starts[i] ..< starts[i + 1]`.
package struct ArcSlots: Sendable, Hashable {
  package let starts, tails, heads: [Int32]
  /// The arc in each slot. Arcs out of one node stay in order.
  package let arcs: [Int32]

  /// Sorts arcs whose nodes the caller has checked.
  package init(nodeCount: Int, tails: [Int32], heads: [Int32]) {
    var starts = [Int32](repeating: 0, count: nodeCount + 1)
    for tail in tails { starts[Int(tail) + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    var next = starts
    var arcs = [Int32](repeating: 0, count: tails.count)
    for (arc, tail) in tails.enumerated() {
      arcs[Int(next[Int(tail)])] = Int32(arc)
      next[Int(tail)] += 1
    }
    (self.starts, self.arcs) = (starts, arcs)
    self.tails = arcs.map { tails[Int($0)] }
    self.heads = arcs.map { heads[Int($0)] }
  }

  package var nodeCount: Int { starts.count - 1 }
}
