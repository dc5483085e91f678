import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on shortest paths and spanning trees: the linear program has the same value, and its solution
/// is an element of the same generalized gradient.
struct GraphFormulationTests {
  /// The program's solution, of the value of the solver's, beside that; nil where that found none.
  private func solve<Solution: OptimalSolution>(
    _ model: LinearModel, beside found: Solution?, _ note: Comment
  ) throws -> (LinearProgramSolution, Solution)? {
    guard let found else {
      #expect(throws: LinearProgramError.infeasible(batch: 0), note) {
        try LinearProgram().solve(model)
      }
      return nil
    }
    let solution = try LinearProgram().solve(model)
    solution.expectCertificate(note)
    #expect(isClose(solution.value, found.value), note)
    return (solution, found)
  }

  @Test(arguments: [false, true])
  func theFlowHasTheValueOfThePath(hasNegativeCosts: Bool) throws {
    var random = SeededRandom(seed: 51)
    var solved = 0
    for trial in 0..<60 {
      let nodes = Int.random(in: 2...9, using: &random)
      let arcs = random.arcs(3 * nodes, nodes: nodes)
      let shifts = (0..<nodes).map { _ in Double.random(in: -4...4, using: &random) }
      let costs = arcs.map { arc in
        let cost = Double(Int.random(in: 0...6, using: &random))
        if Int.random(in: 0..<10, using: &random) == 0 { return Double.infinity }
        return hasNegativeCosts ? cost + shifts[arc.tail] - shifts[arc.head] : cost
      }
      let problem = ShortestPath(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
      let model = try problem.linearModel(costs)
      let note: Comment = "trial \(trial)"
      guard let (solution, path) = try solve(model, beside: try? problem.solve(costs), note) else {
        continue
      }
      // The path uses arcs of reduced cost 0, and the flow uses arcs that the potentials make tight.
      for arc in path.arcs { #expect(abs(solution.reducedCosts[arc]) <= clpTolerance, note) }
      for (arc, ends) in arcs.enumerated() where solution.primal[arc] > 0.5 {
        let rise = path.potentials[ends.head] - path.potentials[ends.tail]
        #expect(isClose(rise, costs[arc]), note)
      }
      solved += 1
    }
    #expect(solved > 30)
  }

  @Test func subtourConstraintsLeaveTheTree() throws {
    var random = SeededRandom(seed: 52)
    var solved = 0
    for trial in 0..<60 {
      let nodes = Int.random(in: 1...6, using: &random)
      let edges = (0..<2 * nodes).map { _ in
        (Int.random(in: 0..<nodes, using: &random), Int.random(in: 0..<nodes, using: &random))
      }
      let costs = edges.map { _ in
        Int.random(in: 0..<10, using: &random) == 0
          ? Double.infinity : Double(Int.random(in: -3...5, using: &random))
      }
      let problem = SpanningTree(try UndirectedGraph(nodeCount: nodes, edges: edges))
      let model = try problem.linearModel(costs)
      let note: Comment = "trial \(trial)"
      guard let (solution, tree) = try solve(model, beside: try? problem.solve(costs), note) else {
        continue
      }
      for edge in tree.edges { #expect(abs(solution.reducedCosts[edge]) <= clpTolerance, note) }
      // The program's vertex is a tree, too.
      #expect(solution.primal.allSatisfy { isClose($0, 0) || isClose($0, 1) }, note)
      solved += 1
    }
    #expect(solved > 20)
  }

  @Test func wrongCountsAreRefused() throws {
    let digraph = try DirectedGraph(nodeCount: 2, arcs: [(0, 1)])
    #expect(throws: LinearProgramError.self) {
      try ShortestPath(digraph, from: 0, to: 1).linearModel([1, 2])
    }
    #expect(throws: LinearProgramError.self) {
      try ShortestPath(digraph, from: 0, to: 2).linearModel([1])
    }
    let graph = try UndirectedGraph.grid(rows: 4, columns: 4)
    #expect(throws: LinearProgramError.self) {
      try SpanningTree(graph).linearModel(.init(repeating: 1, count: graph.edgeCount))
    }
  }
}
