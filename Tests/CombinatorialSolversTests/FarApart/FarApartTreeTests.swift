import CombinatorialSolvers
import TestSupport
import Testing

/// Trees, arborescences and bases against all of them, in exact sums.
struct FarApartTreeTests {
  typealias Arc = (tail: Int, head: Int)

  /// Every choice of an arc into each node but the root, node 0, that reaches all nodes.
  private static func arborescences(_ arcs: [Arc], _ costs: [Double], nodes: Int) -> [[Double]] {
    var found: [[Double]] = []
    func choose(_ node: Int, _ into: [Int]) {
      if node == nodes {
        if reachesAll(into, arcs) { found.append(into.dropFirst().map { costs[$0] }) }
        return
      }
      for arc in arcs.indices where arcs[arc].head == node && costs[arc] < .infinity {
        choose(node + 1, into + [arc])
      }
    }
    choose(1, [-1])
    return found
  }

  /// Whether the arcs into nodes lead back to node 0 from each.
  private static func reachesAll(_ into: [Int], _ arcs: [Arc]) -> Bool {
    into.indices.allSatisfy { start in
      var (node, steps) = (start, 0)
      while node != 0, steps <= into.count {
        guard arcs.indices.contains(into[node]), arcs[into[node]].head == node else { return false }
        node = arcs[into[node]].tail
        steps += 1
      }
      return node == 0
    }
  }

  @Test func arborescences() {
    FarApart.check("SpanningArborescence") { numbers in
      let nodes = 1 + numbers.below(5)
      let arcs = (0..<3 * nodes).map { _ -> Arc in (numbers.below(nodes), numbers.below(nodes)) }
      let costs = numbers.costs(arcs.count)
      let least = Self.arborescences(arcs, costs, nodes: nodes)
        .map { (terms: $0, sum: ExactSum($0)) }.min { $0.sum < $1.sum }
      let problem = SpanningArborescence(try DirectedGraph(nodeCount: nodes, arcs: arcs), root: 0)
      return try FarApart.judge(least: least?.sum) {
        let solution = try problem.solve(costs)
        let terms = solution.arcs.map { costs[$0] }
        let isOne =
          Self.reachesAll(solution.arcInto, arcs) && solution.arcs.count == nodes - 1
          && terms.allSatisfy(\.isFinite)
        let bound = Double(nodes) * .ulpOfOne * (least?.terms ?? []).reduce(0) { $0 + abs($1) }
        return FarApart.verdict(
          cost: isOne ? ExactSum(terms) : nil, value: solution.value, gap: solution.dualityGap,
          least: least?.sum, bound: bound, valueBound: FarApart.rounding(terms),
          gapBound: 2 * bound)
      }
    }
  }

  /// The least exact sum of an independent set of as many elements as any has; nil if all need +infinity.
  private static func least(_ matroid: some Matroid, _ costs: [Double]) -> ExactSum? {
    let sets = (0..<1 << costs.count).map { set in costs.indices.filter { set >> $0 & 1 == 1 } }
      .filter(matroid.isIndependent)
    let rank = sets.map(\.count).max() ?? 0
    return sets.filter { set in set.count == rank && set.allSatisfy { costs[$0] < .infinity } }
      .map { set in ExactSum(set.map { costs[$0] }) }.min()
  }

  /// Costs are compared, never added: no rounding is allowed but in the value.
  private static func verdict(
    _ elements: [Int], isOne: Bool, _ costs: [Double], value: Double, violation: Double,
    least: ExactSum?
  ) -> FarApart.Verdict {
    let terms = elements.map { costs[$0] }
    return FarApart.verdict(
      cost: isOne && terms.allSatisfy(\.isFinite) ? ExactSum(terms) : nil, value: value,
      gap: violation, least: least, bound: 0, valueBound: FarApart.rounding(terms), gapBound: 0)
  }

  private static func graph(_ numbers: inout FarApartNumbers) throws -> UndirectedGraph {
    let nodes = 1 + numbers.below(5)
    let edges = (0..<8).map { _ in (numbers.below(nodes), numbers.below(nodes)) }
    return try UndirectedGraph(nodeCount: nodes, edges: edges)
  }

  @Test func spanningTrees() {
    FarApart.check("SpanningTree") { numbers in
      let graph = try Self.graph(&numbers)
      let costs = numbers.costs(graph.edgeCount)
      let matroid = GraphicMatroid(graph)
      let everything = (0..<graph.edgeCount).filter { costs[$0] < .infinity }
      let isConnected =
        everything.reduce(into: [Int]()) {
          if matroid.isIndependent($0 + [$1]) { $0.append($1) }
        }.count == graph.nodeCount - 1
      let least = isConnected ? Self.least(matroid, costs) : nil
      return try FarApart.judge(least: least) {
        let tree = try SpanningTree(graph).solve(costs)
        let isOne =
          tree.isSpanningTree && tree.edges.count == graph.nodeCount - 1
          && matroid.isIndependent(tree.edges)
        return Self.verdict(
          tree.edges, isOne: isOne, costs, value: tree.value, violation: tree.largestViolation,
          least: least)
      }
    }
  }

  @Test func bases() {
    FarApart.check("MatroidBasis") { numbers in
      switch numbers.below(3) {
      case 0: return try Self.verdict(GraphicMatroid(Self.graph(&numbers)), &numbers)
      case 1:
        let matroid = UniformMatroid(elementCount: numbers.below(8), rank: numbers.below(6))
        return try Self.verdict(matroid, &numbers)
      default:
        let parts = (0..<numbers.below(8)).map { _ in numbers.below(3) }
        let limits = (0..<3).map { _ in numbers.below(4) }
        return try Self.verdict(PartitionMatroid(parts: parts, limits: limits), &numbers)
      }
    }
  }

  private static func verdict(
    _ matroid: some Matroid, _ numbers: inout FarApartNumbers
  ) throws -> FarApart.Verdict {
    let costs = numbers.costs(matroid.elementCount)
    let least = least(matroid, costs)
    return try FarApart.judge(least: least) {
      let basis = try MatroidBasis(matroid).solve(costs)
      let isOne =
        matroid.isIndependent(basis.elements) && Set(basis.elements).count == basis.elements.count
      return verdict(
        basis.elements, isOne: isOne, costs, value: basis.value,
        violation: basis.largestViolation, least: least)
    }
  }
}
