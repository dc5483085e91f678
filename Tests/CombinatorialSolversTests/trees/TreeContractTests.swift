import CombinatorialSolvers
import TestSupport
import Testing

struct TreeContractTests {
  private static func costs(_ count: Int, from least: Int, seed: UInt64) -> [[Double]] {
    var random = SeededRandom(seed: seed)
    return (0..<6).map { _ in
      (0..<count).map { _ in Double(Int.random(in: least...80, using: &random)) / 8 }
    }
  }

  @Test func treesKeepThePromisesOfAll() throws {
    let graph = try UndirectedGraph.grid(rows: 4, columns: 5)
    try expectContract(SpanningTree(graph), Self.costs(graph.edgeCount, from: -40, seed: 71))
  }

  @Test func arborescencesKeepThePromisesOfAll() throws {
    let arcs = (0..<7).flatMap { tail in [1, 3, 5].map { (tail: tail, head: (tail + $0) % 7) } }
    let problem = SpanningArborescence(try DirectedGraph(nodeCount: 7, arcs: arcs), root: 2)
    try expectContract(problem, Self.costs(arcs.count, from: -40, seed: 72))
  }

  @Test func basesKeepThePromisesOfAll() throws {
    let parts = try PartitionMatroid(parts: [0, 0, 1, 1, 1, 2, 2, 0], limits: [1, 2, 1])
    try expectContract(MatroidBasis(parts), Self.costs(8, from: -40, seed: 73))
  }

  @Test func literalsAreCosts() throws {
    let triangle = [(0, 1), (1, 2), (0, 2)]
    let graph = try UndirectedGraph(nodeCount: 3, edges: triangle)
    #expect(try SpanningTree(graph).solve([3, 1, 2]).edges == [1, 2])
    #expect(try SpanningTree(graph).maximum.solve([3, 1, 2]).edges == [0, 2])
    let digraph = try DirectedGraph(nodeCount: 3, arcs: triangle.map { (tail: $0.0, head: $0.1) })
    #expect(try SpanningArborescence(digraph, root: 0).solve([3, 1, 2]).arcs == [0, 1])
    let pairs = MatroidBasis(UniformMatroid(elementCount: 3, rank: 2))
    #expect(try pairs.solve([3, 1, 2]).elements == [1, 2])
    #expect(try pairs.solve([0.5, 0.5, 0.25]).isUnique == false)
    #expect(try pairs.solve([1, 2, 4]).isUnique)
  }
}
