/// Spanning arborescences as they were first found.
enum ContractedCircles {
  /// The value of an arborescence by the cheapest arc into each node, and circles of them contracted (Y. J. Chu,
  /// T. H. Liu 1965; J. Edmonds 1967): O(nodes arcs).
  static func value(
    _ arcs: [(tail: Int, head: Int)], _ costs: [Double], nodes: Int, root: Int
  ) -> Double {
    var (arcs, costs, nodes, root, value) = (arcs, costs, nodes, root, 0.0)
    while true {
      var least = [Double](repeating: .infinity, count: nodes)
      var before = [Int](repeating: -1, count: nodes)
      for (arc, cost) in zip(arcs, costs) where arc.tail != arc.head && cost < least[arc.head] {
        (least[arc.head], before[arc.head]) = (cost, arc.tail)
      }
      least[root] = 0
      value += least.reduce(0, +)
      var (part, seen, parts) = (
        [Int](repeating: -1, count: nodes), [Int](repeating: -1, count: nodes), 0
      )
      for start in 0..<nodes {
        var node = start
        while node != root, seen[node] < 0 { (seen[node], node) = (start, before[node]) }
        guard node != root, seen[node] == start, part[node] < 0 else { continue }
        var other = node
        repeat { (part[other], other) = (parts, before[other]) } while other != node
        parts += 1
      }
      guard parts > 0 else { return value }
      for node in 0..<nodes where part[node] < 0 { (part[node], parts) = (parts, parts + 1) }
      costs = zip(arcs, costs).map { $1 - least[$0.head] }
      arcs = arcs.map { (part[$0.tail], part[$0.head]) }
      (root, nodes) = (part[root], parts)
    }
  }
}
