import CombinatorialSolvers
import TestSupport
import Testing

struct SpanningTreeTests {
  @Test func fixtures() throws {
    for problem in try SpanningTreeCase.all() {
      let tree = SpanningTree(try UndirectedGraph(nodeCount: problem.nodes, edges: problem.ends))
      // The weights are dyadic, so that every sum is exact in either type.
      for solution in [
        try tree.solve(problem.weights), try tree.solve(problem.weights.map { Float($0) }),
      ] {
        #expect(solution.value == problem.value)
        #expect(solution.isSpanningTree && solution.largestViolation == 0)
      }
    }
  }

  /// Every choice of edges of small graphs; also that the tree is the first by (cost, number).
  @Test func agreesWithAllTrees() throws {
    var random = SeededRandom(seed: 21)
    var (solved, unique) = (0, 0)
    for trial in 0..<200 {
      let nodes = Int.random(in: 1...5, using: &random)
      let edges = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        (Int.random(in: 0..<nodes, using: &random), Int.random(in: 0..<nodes, using: &random))
      }
      let costs = edges.map { _ in
        [-3, -0.0, 0, 1.5, 1.5, 4, .infinity].randomElement(using: &random) ?? 0
      }
      let graph = try UndirectedGraph(nodeCount: nodes, edges: edges)
      let forests = GraphicMatroid(graph)
      let trees = (0..<1 << edges.count)
        .map { set -> [Int] in edges.indices.filter { set >> $0 & 1 == 1 } }
        .filter { $0.count == nodes - 1 && forests.isIndependent($0) }
        .map { tree -> ([Int], Double) in (tree, tree.reduce(0.0) { $0 + costs[$1] }) }
        .filter { $0.1 < .infinity }
      let note: Comment = "trial \(trial)"
      guard let best = trees.map(\.1).min() else {
        #expect(throws: CombinatorialError(.infeasible, item: 0), note) {
          try SpanningTree(graph).solve(costs)
        }
        continue
      }
      let solution = try SpanningTree(graph).solve(costs)
      #expect(solution.value == best, note)
      #expect(solution.isSpanningTree && solution.largestViolation == 0, note)
      let optima = trees.filter { $0.1 == best }
      #expect(solution.isUnique == (optima.count == 1), note)
      #expect(solution.edges == solution.edges.sorted { (costs[$0], $0) < (costs[$1], $1) }, note)
      #expect(try SpanningTree(graph).solve(costs.map { Float($0) }).edges == solution.edges, note)
      // The greedy algorithm over the oracle finds the same elements.
      let basis = try MatroidBasis(forests).solve(costs)
      #expect(basis.elements == solution.edges && basis.largestViolation == 0, note)
      solved += 1
      unique += solution.isUnique ? 1 : 0
    }
    #expect(solved > 50 && unique > 10 && unique < solved)
  }

  @Test(arguments: [2, 17, 40])
  func certificatesOfLargerGraphs(side: Int) throws {
    var random = SeededRandom(seed: 22)
    let graph = try UndirectedGraph.grid(rows: side, columns: side)
    #expect(graph.edgeCount == 2 * side * (side - 1))
    let costs = (0..<graph.edgeCount).map { _ in Double.random(in: -1e3...1e3, using: &random) }
    let solution = try SpanningTree(graph).solve(costs)
    #expect(solution.isSpanningTree && solution.largestViolation == 0 && solution.isUnique)
    #expect(solution.edges.count == side * side - 1)
    // Making an edge of the tree dearer than its replacement breaks optimality by as much.
    let slacks = solution.slacks.filter { $0 < .infinity }
    #expect(slacks.allSatisfy { $0 > 0 })
  }

  /// Costs that agree in their leading bits beside others of any scale, with ties: few edges and many.
  @Test(arguments: [16, 60])
  func costsOfAllScales(side: Int) throws {
    var random = SeededRandom(seed: 23)
    let graph = try UndirectedGraph.grid(rows: side, columns: side)
    for scales: [Double] in [[1e300], [-1e300, 0x1p-1060, 0, -0.0], [.infinity, 1], []] {
      let costs = (0..<graph.edgeCount).map { edge in
        edge % 40 == 0
          ? scales.randomElement(using: &random) ?? 1
          : 1 + Double(Int.random(in: 0..<900, using: &random)) * 0x1p-50
      }
      let solution = try SpanningTree(graph).solve(costs)
      #expect(solution.isSpanningTree && solution.largestViolation == 0)
      #expect(solution.edges == solution.edges.sorted { (costs[$0], $0) < (costs[$1], $1) })
      guard side < 20 else { continue }
      #expect(try MatroidBasis(GraphicMatroid(graph)).solve(costs).elements == solution.edges)
    }
  }

  @Test func badInputIsRefused() throws {
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "nodes 0 ..< 2", found: "node -1 in edge 0")
    ) { try UndirectedGraph(nodeCount: 2, edges: [(0, -1)]) }
    let tree = SpanningTree(try UndirectedGraph(nodeCount: 3, edges: [(0, 1), (1, 2)]))
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "2 costs, one for each edge", found: "1")
    ) { try tree.solve([1] as [Double]) }
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try tree.solve([1, .infinity] as [Float])
    }
    let error = #expect(throws: CombinatorialError.self) { try tree.solve([1, .nan] as [Float]) }
    #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("cost 1 of batch item 0 is nan"))
    let nothing = SpanningTree(try UndirectedGraph(nodeCount: 0, edges: []))
    #expect(try nothing.solve([] as [Double]).value == 0)
  }
}

struct MatroidBasisTests {
  @Test func choosesTheCheapest() throws {
    let basis = try MatroidBasis(UniformMatroid(elementCount: 5, rank: 2))
      .solve([4, 1, 3, 1, 0.5] as [Float])
    #expect(basis.elements == [4, 1] && basis.value == 1.5 && basis.largestViolation == 0)
  }

  @Test func respectsTheLimitsOfParts() throws {
    let matroid = try PartitionMatroid(parts: [0, 0, 1, 1, 1], limits: [1, 2])
    let basis = try MatroidBasis(matroid).solve([2, 1, -1, -2, -3] as [Double])
    #expect(basis.elements == [4, 3, 1] && basis.value == -4)
    #expect(throws: CombinatorialError.shapeMismatch(expected: "parts 0 ..< 1", found: "1")) {
      try PartitionMatroid(parts: [1], limits: [3])
    }
  }

  @Test func badInputIsRefused() throws {
    let problem = MatroidBasis(UniformMatroid(elementCount: 2, rank: 2))
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try problem.solve([1, .infinity] as [Double])
    }
    #expect(throws: CombinatorialError(.invalidCostAt(position: 1, value: -.infinity), item: 0)) {
      try problem.solve([1, -Double.infinity])
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 costs, one for each element", found: "1")
    ) { try problem.solve([1] as [Double]) }
  }
}
