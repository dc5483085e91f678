import CombinatorialSolvers
import TestSupport
import Testing

struct SpanningArborescenceTests {
  /// Every choice of an arc into each node, of small graphs.
  @Test func agreesWithAllArborescences() throws {
    var random = SeededRandom(seed: 31)
    var (solved, contracted) = (0, 0)
    for trial in 0..<400 {
      let nodes = Int.random(in: 1...5, using: &random)
      let arcs = random.arcs(Int.random(in: 0...12, using: &random), nodes: nodes)
      let costs = arcs.map { _ in
        Int.random(in: 0..<12, using: &random) == 0
          ? Double.infinity : Double(Int.random(in: -8...40, using: &random)) / 4
      }
      let root = Int.random(in: 0..<nodes, using: &random)
      let graph = try DirectedGraph(nodeCount: nodes, arcs: arcs)
      let problem = SpanningArborescence(graph, root: root)
      let note: Comment = "trial \(trial)"
      let best = cheapest(
        arcs, costs, nodes, root, node: 0, into: .init(repeating: -1, count: nodes))
      guard best < .infinity else {
        #expect(throws: CombinatorialError(.infeasible, item: 0), note) { try problem.solve(costs) }
        continue
      }
      let solution = try problem.solve(costs)
      #expect(solution.value == best, note)
      #expect(solution.dualityGap == 0 && solution.largestViolation == 0, note)
      #expect(reachesAll(solution.arcInto, arcs, root), note)
      #expect(try problem.solve(costs.map { Float($0) }).arcInto == solution.arcInto, note)
      solved += 1
      contracted += solution.parents.count > nodes ? 1 : 0
    }
    #expect(solved > 80 && contracted > 15)
  }

  private func reachesAll(_ into: [Int], _ arcs: [(tail: Int, head: Int)], _ root: Int) -> Bool {
    into.indices.allSatisfy { node in
      var (at, steps) = (node, 0)
      while at != root, into[at] >= 0, steps <= into.count {
        guard arcs[into[at]].head == at else { return false }
        at = arcs[into[at]].tail
        steps += 1
      }
      return at == root
    }
  }

  private func cheapest(
    _ arcs: [(tail: Int, head: Int)], _ costs: [Double], _ nodes: Int, _ root: Int, node: Int,
    into: [Int]
  ) -> Double {
    if node == nodes { return reachesAll(into, arcs, root) ? 0 : .infinity }
    if node == root { return cheapest(arcs, costs, nodes, root, node: node + 1, into: into) }
    var best = Double.infinity
    for arc in arcs.indices where arcs[arc].head == node && costs[arc] < .infinity {
      var chosen = into
      chosen[node] = arc
      best = min(
        best, costs[arc] + cheapest(arcs, costs, nodes, root, node: node + 1, into: chosen))
    }
    return best
  }

  /// Cycles within cycles: the certificate at sizes that nothing else checks.
  @Test(arguments: [20, 200, 2_000])
  func certificatesOfLargerGraphs(nodes: Int) throws {
    var random = SeededRandom(seed: 32)
    var arcs = (1..<nodes).map { (tail: $0 - 1, head: $0) }
    arcs += (0..<6 * nodes).map { _ in
      let tail = Int.random(in: 0..<nodes, using: &random)
      // Mostly short arcs back, so that cycles nest.
      let back = Int.random(in: 1...8, using: &random)
      return (tail: tail, head: max(0, tail - back))
    }
    let costs = arcs.indices.map {
      $0 < nodes - 1 ? 20 : Double(Int.random(in: 0...9 << 20, using: &random)) * 0x1p-20
    }
    let graph = try DirectedGraph(nodeCount: nodes, arcs: arcs)
    let solution = try SpanningArborescence(graph, root: 0).solve(costs)
    #expect(solution.parents.count > nodes)
    #expect(solution.largestViolation == 0 && solution.dualityGap == 0)
    #expect(reachesAll(solution.arcInto, arcs, 0) && solution.arcs.count == nodes - 1)
  }

  @Test func badInputIsRefused() throws {
    let graph = try DirectedGraph(nodeCount: 2, arcs: [(0, 1)])
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try SpanningArborescence(graph, root: 1).solve([1] as [Double])
    }
    let problem = SpanningArborescence(graph, root: 0)
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "1 costs, one for each arc", found: "0")
    ) { try problem.solve([] as [Double]) }
    #expect(throws: CombinatorialError(.invalidCostAt(position: 0, value: -.infinity), item: 0)) {
      try problem.solve([-Double.infinity])
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "a root among nodes 0 ..< 2", found: "2")
    ) {
      try SpanningArborescence(graph, root: 2).solve([1] as [Double])
    }
  }
}
