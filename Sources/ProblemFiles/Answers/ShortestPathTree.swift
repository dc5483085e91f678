package import CombinatorialSolvers

/// The shortest paths from a node to all others.
package struct ShortestPathTree {
  /// `[nodes]`: how far each node is from the source; +infinity out of reach.
  package let distances: [Double]
  /// `[nodes]`: the last arc on the way to each node, -1 for the source and out of reach.
  package let arcInto: [Int]
  /// The most by which an arc leads to a node more cheaply than its distance says: 0 up to rounding, the proof
  /// that no path is shorter.
  package let largestViolation: Double

  /// Finds the paths, as to a node more that is farther away than all: the potentials are then the distances.
  ///
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``, as `ShortestPath`.
  /// - Complexity: As `ShortestPath`.
  package init(
    _ graph: DirectedGraph, from source: Int, costs: [Double]
  ) throws(CombinatorialError) {
    let finite = costs.lazy.filter { $0.isFinite }
    // Twice as far as any path can lead, by rounding too.
    let beyond = 1 + 2 * finite.reduce(0) { $0 + abs($1) }
    var arcs = zip(graph.tails, graph.heads).map { (tail: Int($0), head: Int($1)) }
    arcs.append((source, graph.nodeCount))
    let extended = try DirectedGraph(nodeCount: graph.nodeCount + 1, arcs: arcs)
    let solution = try ShortestPath(extended, from: source, to: graph.nodeCount)
      .solve(costs + [beyond])
    let distances = solution.potentials.dropLast().map { $0 < beyond ? $0 : .infinity }
    self.distances = distances

    var violation = 0.0
    var tight: [[Int]] = .init(repeating: [], count: graph.nodeCount)
    for (arc, cost) in costs.enumerated() {
      let (tail, head) = arcs[arc]
      guard distances[tail].isFinite, cost.isFinite else { continue }
      let excess = distances[head] - (distances[tail] + cost)
      violation = max(violation, excess)
      // Arcs of a shortest path are tight up to the rounding of distances.
      let rounding = 2 * Double.ulpOfOne * (abs(distances[tail]) + abs(cost))
      if abs(excess) <= rounding { tight[tail].append(arc) }
    }
    largestViolation = violation
    arcInto = Self.tree(of: tight, heads: arcs.map(\.head), from: source)
  }

  /// A tree of tight arcs, breadth first: they may lead round in a circle at no cost.
  private static func tree(of tight: [[Int]], heads: [Int], from source: Int) -> [Int] {
    var arcInto = [Int](repeating: -1, count: tight.count)
    var queue = [source]
    var next = 0
    while next < queue.count {
      for arc in tight[queue[next]] where heads[arc] != source && arcInto[heads[arc]] < 0 {
        arcInto[heads[arc]] = arc
        queue.append(heads[arc])
      }
      next += 1
    }
    return arcInto
  }
}
