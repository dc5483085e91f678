import CombinatorialSolvers
import TestSupport
import Testing

struct ShortestPathTests {
  @Test func fixtures() throws {
    for problem in try ShortestPathCase.all() {
      guard let (arcs, costs, source, target) = problem.digraph, let nodes = problem.nodes else {
        continue
      }
      let graph = try DirectedGraph(nodeCount: nodes, arcs: arcs)
      let path = ShortestPath(graph, from: source, to: target)
      guard let value = problem.value else {
        #expect(throws: CombinatorialError(.infeasible, item: 0)) { try path.solve(costs) }
        continue
      }
      // The costs are dyadic, so that every sum is exact in either type.
      #expect(try path.solve(costs).value == value)
      #expect(try path.solve(costs.map { Float($0) }).value == value)
      #expect(try path.solve(costs).dualityGap == 0)
    }
  }

  private enum Family: CaseIterable { case nonnegative, fewValued, acyclic, potentials, mixed }

  /// Every way through small graphs: the value, or the reason why there is none.
  @Test(arguments: 0..<5)
  func agreesWithAllPaths(family: Int) throws {
    let family = Family.allCases[family]
    var random = SeededRandom(seed: 11)
    var (solved, cyclic, infeasible) = (0, 0, 0)
    for trial in 0..<150 {
      let nodes = Int.random(in: 1...6, using: &random)
      let (arcs, costs) = Self.graph(family, nodes, &random)
      let problem = ShortestPath(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
      let note: Comment = "\(family) trial \(trial)"
      do throws(CombinatorialError) {
        let solution = try problem.solve(costs)
        #expect(
          solution.value == Self.shortest(arcs, costs, from: 0, to: nodes - 1, visited: [0]), note)
        #expect(solution.dualityGap == 0 && solution.largestViolation == 0, note)
        expectPath(solution, arcs, to: nodes - 1, note)
        solved += 1
      } catch {
        guard case .negativeCycle(let cycle, let through) = error.reason else {
          #expect(error == CombinatorialError(.infeasible, item: 0), note)
          #expect(
            Self.shortest(arcs, costs, from: 0, to: nodes - 1, visited: [0]) == .infinity, note)
          infeasible += 1
          continue
        }
        expectNegativeCycle(cycle, through, arcs, costs, note)
        cyclic += 1
      }
    }
    #expect(solved > 20 && infeasible > 5)
    #expect((cyclic > 5) == (family == .mixed))
  }

  /// Costs are multiples of 1/8, so that sums are exact.
  private static func graph(
    _ family: Family, _ nodes: Int, _ random: inout SeededRandom
  ) -> (arcs: [(tail: Int, head: Int)], costs: [Double]) {
    let potentials = (0..<nodes).map { _ in Double(Int.random(in: -40...40, using: &random)) / 8 }
    let arcs = (0..<Int.random(in: 0...3 * nodes, using: &random)).map { _ in
      let (a, b) = (
        Int.random(in: 0..<nodes, using: &random), Int.random(in: 0..<nodes, using: &random)
      )
      return family == .acyclic ? (tail: min(a, b), head: max(a, b)) : (tail: a, head: b)
    }.filter { family != .acyclic || $0.tail < $0.head }
    let costs = arcs.map { arc in
      let number = Double(Int.random(in: 0...80, using: &random)) / 8
      if Int.random(in: 0..<12, using: &random) == 0 { return Double.infinity }
      switch family {
      case .nonnegative: return number
      case .fewValued: return number > 5 ? 1 : 0
      case .acyclic: return number - 5
      case .potentials: return number + potentials[arc.tail] - potentials[arc.head]
      case .mixed: return number - 2
      }
    }
    return (arcs, costs)
  }

  /// Depth-first search over all simple paths.
  private static func shortest(
    _ arcs: [(tail: Int, head: Int)], _ costs: [Double], from node: Int, to target: Int,
    visited: Set<Int>
  ) -> Double {
    if node == target { return 0 }
    var best = Double.infinity
    for (arc, (tail, head)) in arcs.enumerated() where tail == node && !visited.contains(head) {
      let rest = shortest(arcs, costs, from: head, to: target, visited: visited.union([head]))
      best = min(best, costs[arc] + rest)
    }
    return best
  }

  private func expectPath(
    _ solution: ShortestPathSolution, _ arcs: [(tail: Int, head: Int)], to target: Int,
    _ note: Comment
  ) {
    #expect(solution.nodes.first == 0 && solution.nodes.last == target, note)
    #expect(solution.arcs.map { arcs[$0].tail } == Array(solution.nodes.dropLast()), note)
    #expect(solution.arcs.map { arcs[$0].head } == Array(solution.nodes.dropFirst()), note)
  }

  private func expectNegativeCycle(
    _ cycle: [Int], _ nodes: [Int], _ arcs: [(tail: Int, head: Int)], _ costs: [Double],
    _ note: Comment
  ) {
    #expect(cycle.map { arcs[$0].tail } == nodes, note)
    #expect(cycle.map { arcs[$0].head } == Array(nodes.dropFirst()) + nodes.prefix(1), note)
    #expect(cycle.reduce(0) { $0 + costs[$1] } < 0 && nodes.min() == nodes.first, note)
  }

  /// Rounding makes nothing of a cycle of length 0; the proof holds up to rounding.
  @Test func cyclesOfLengthZeroAreNotNegative() throws {
    var random = SeededRandom(seed: 12)
    for _ in 0..<50 {
      let nodes = 40
      let potentials = (0..<nodes).map { _ in Double.random(in: -1...1, using: &random) }
      let arcs = random.arcs(400, nodes: nodes)
      let costs = arcs.map { potentials[$0.tail] - potentials[$0.head] }
      let graph = try DirectedGraph(nodeCount: nodes, arcs: arcs)
      let solution = try ShortestPath(graph, from: 0, to: 1).solve(costs)
      // Two potentials, each a sum of fewer than `nodes` rounded costs, which, like the sums, are at most 2:
      // two roundings of 2 units for each, and a few of the comparison.
      let rounding = 2 * Double(nodes) * 4 * 0x1p-53 + 16 * 0x1p-53
      #expect(abs(solution.value - (potentials[0] - potentials[1])) <= rounding)
      #expect(solution.largestViolation <= rounding && abs(solution.dualityGap) <= rounding)
    }
  }

  @Test func namesTheNegativeCycle() throws {
    let graph = try DirectedGraph(
      nodeCount: 5, arcs: [(0, 3), (3, 1), (1, 2), (2, 3), (2, 4), (4, 4)])
    let problem = ShortestPath(graph, from: 0, to: 4)
    let error = CombinatorialError(.negativeCycle(arcs: [2, 3, 1], nodes: [1, 2, 3]), item: 0)
    #expect(throws: error) { try problem.solve([1, 1, -3, 1, 1, 0] as [Float]) }
    #expect("\(error)".contains("arcs [2, 3, 1] through nodes [1, 2, 3]"))
    #expect(throws: CombinatorialError(.negativeCycle(arcs: [5], nodes: [4]), item: 0)) {
      try problem.solve([1, 1, 1, 1, 1, -1] as [Double])
    }
    // A cycle into the source itself, and one out of reach.
    let round = try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (1, 0)])
    #expect(throws: CombinatorialError(.negativeCycle(arcs: [0, 1], nodes: [0, 1]), item: 0)) {
      try ShortestPath(round, from: 0, to: 1).solve([1, -2] as [Double])
    }
    let apart = try DirectedGraph(nodeCount: 4, arcs: [(0, 1), (2, 3), (3, 2)])
    #expect(try ShortestPath(apart, from: 0, to: 1).solve([1, -1, -1] as [Double]).value == 1)
  }

  @Test func tiesKeepTheFirstArc() throws {
    let graph = try DirectedGraph(
      nodeCount: 4, arcs: [(0, 2), (0, 1), (0, 1), (2, 3), (1, 3)])
    let solution = try ShortestPath(graph, from: 0, to: 3).solve([1, 1, 1, 1, 1] as [Double])
    #expect(solution.arcs == [1, 4])
    #expect(solution.potentials == [0, 1, 1, 2])
  }

  @Test func badInputIsRefused() throws {
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "nodes 0 ..< 2", found: "node 2 in arc 0")
    ) { try DirectedGraph(nodeCount: 2, arcs: [(0, 2)]) }
    #expect(throws: CombinatorialError.shapeMismatch(expected: "at least 0 nodes", found: "-1")) {
      try DirectedGraph(nodeCount: -1, arcs: [])
    }
    #expect(throws: CombinatorialError.sizeOverflow("a graph of \(1 << 40) nodes and 0 arcs")) {
      try DirectedGraph(nodeCount: 1 << 40, arcs: [])
    }
    let graph = try DirectedGraph(nodeCount: 2, arcs: [(0, 1)])
    let problem = ShortestPath(graph, from: 0, to: 1)
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "1 costs, one for each arc", found: "2")
    ) { try problem.solve([1, 2] as [Double]) }
    for cost in [Double.nan, -.infinity] {
      let error = #expect(throws: CombinatorialError.self) { try problem.solve([cost]) }
      guard case .invalidCostAt(0, _) = error?.reason else { Issue.record("\(cost)"); continue }
    }
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try problem.solve([Double.infinity])
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "a target among nodes 0 ..< 2", found: "2")
    ) {
      try ShortestPath(graph, from: 0, to: 2).solve([1] as [Double])
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "a source among nodes 0 ..< 2", found: "-1")
    ) {
      try ShortestPath(graph, from: -1, to: 1).solve([1] as [Double])
    }
  }
}
