import CombinatorialSolvers
import TestSupport
import Testing

struct MaximumFlowTests {
  @Test func agreesWithNetworkX() throws {
    for instance in try MaximumFlowCase.all() {
      let problem = MaximumFlow(
        try DirectedGraph(nodeCount: instance.nodes, arcs: instance.arcs.map { ($0[0], $0[1]) }),
        from: instance.source, to: instance.target)
      let solution = try problem.solve(instance.weights)
      #expect(solution.value == instance.value)
      expectCertificate(solution, of: problem)
    }
  }

  /// Whole capacities, so that ties are exact: the cut is the largest of the minimum ones.
  @Test func agreesWithAllCuts() throws {
    var random = SeededRandom(seed: 31)
    for trial in 0..<1000 {
      let nodes = Int.random(in: 2...7, using: &random)
      let arcs = random.arcs(Int.random(in: 0...14, using: &random), nodes: nodes)
      let capacities = arcs.map { _ in Double(Int.random(in: 0...3, using: &random)) }
      let problem = MaximumFlow(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
      let solution = try problem.solve(capacities)
      let oracle = ExhaustiveCut.solve(
        nodes: nodes, arcs: arcs, capacities: capacities, source: 0, sink: nodes - 1)
      #expect(solution.value == oracle.value, "trial \(trial)")
      #expect(solution.isOnSourceSide == oracle.isOnSourceSide, "trial \(trial)")
      #expect(solution.cutArcs.reduce(0) { $0 + capacities[$1] } == oracle.value)
      expectCertificate(solution, of: problem)
    }
  }

  @Test(arguments: [30, 300, 1500])
  func flowsProveCutsOfFineCapacities(nodes: Int) throws {
    var random = SeededRandom(seed: 32)
    let arcs = random.arcs(nodes * 6, nodes: nodes)
    // Multiples of 2^-20, whose sums are exact.
    let capacities = arcs.map { _ in 0x1p-20 * Double(Int.random(in: 0...1 << 20, using: &random)) }
    let problem = MaximumFlow(
      try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
    expectCertificate(try problem.solve(capacities), of: problem)
  }

  @Test func infiniteCapacitiesAreNeverCut() throws {
    let arcs = [(tail: 0, head: 1), (1, 2), (2, 3), (1, 3)]
    let problem = MaximumFlow(
      try DirectedGraph(nodeCount: 4, arcs: arcs), from: 0, to: 3)
    let solution = try problem.solve([.infinity, .infinity, 5, 1.5])
    #expect(solution.value == 6.5)
    #expect(solution.cutArcs == [2, 3])
    expectCertificate(solution, of: problem)
    #expect(throws: CombinatorialError(.unboundedFlow, item: 0)) {
      try problem.solve([.infinity, .infinity, .infinity, 1])
    }
  }

  @Test func badInputIsRefused() throws {
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "a source and another node as the sink", found: "1 and 1")
    ) {
      try MaximumFlow(DirectedGraph(nodeCount: 2, arcs: []), from: 1, to: 1).solve([Double]())
    }
    let problem = MaximumFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (1, 0)]), from: 0, to: 1)
    #expect(throws: CombinatorialError(.invalidCapacity(position: 1, value: -2), item: 0)) {
      try problem.solve([1, -2])
    }
    let error = #expect(throws: CombinatorialError.self) { try problem.solve([Double.nan, 2]) }
    #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("capacity 0 of batch item 0 is nan"))
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "a sink among nodes 0 ..< 2", found: "2")
    ) {
      try MaximumFlow(problem.graph, from: 0, to: 2).solve([1, 2])
    }
    #expect(try problem.solve([1e308, 1e308]).value == 1e308)
    #expect(
      throws: CombinatorialError.shapeMismatch(expected: "2 costs, one for each arc", found: "1")
    ) { try problem.solve([1]) }
    #expect(try problem.solve([0, 7]).value == 0)
  }

  private func expectCertificate(
    _ solution: MaximumFlowSolution, of problem: MaximumFlow,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(solution.dualityGap == 0, sourceLocation: sourceLocation)
    #expect(solution.infeasibility == 0, sourceLocation: sourceLocation)
    #expect(solution.isOnSourceSide[problem.source] && !solution.isOnSourceSide[problem.sink])
  }
}
