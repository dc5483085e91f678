import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Shortest paths over grids, in batches as training has them and single, and a spanning tree of a grid.
enum GraphCases {
  static var all: [BenchmarkCase] {
    [8, 4].flatMap { neighbors in
      [(64, 12), (64, 64), (1, 12), (1, 64)].map { batch, side in
        gridPath(batch: batch, side: side, neighbors: neighbors)
      }
    } + [spanningTree]
  }

  private static func gridPath(batch: Int, side: Int, neighbors: Int) -> BenchmarkCase {
    BenchmarkCase(
      name: "grid-path/uniform-\(neighbors)/\(batch)x\(side)x\(side)/float",
      isRepresentative: batch > 1
    ) {
      let problems = GridPathProblems(batch: batch, side: side, neighbors: neighbors)
      return KernelChoice.contestants(
        instances: batch,
        run: { try problems.solve($0.instructionSet, threads: $0.threads) },
        check: problems.checkOptimality)
    }
  }

  /// Kruskal's algorithm on edges in radix order, beside the same in the order of Swift's sort.
  private static var spanningTree: BenchmarkCase {
    BenchmarkCase(name: "spanning-tree/uniform/128x128/double", isRepresentative: true) {
      var generator = SeededGenerator(seed: 6)
      let graph = try UndirectedGraph.grid(rows: 128, columns: 128)
      let costs = (0..<graph.edgeCount).map { _ in Double.random(in: 0..<1, using: &generator) }
      let (kernel, sorted) = (Outcome<SpanningTreeSolution>(), Outcome<[Int]>())
      return [
        Contestant(
          name: "sorted", instances: 1, run: { sorted.value = tree(of: graph, costs: costs) },
          check: {}),
        Contestant(
          name: "current", instances: 1, references: ["sorted"],
          run: { kernel.value = try SpanningTree(graph).solve(costs) },
          check: {
            guard let solution = kernel.value else { return }
            guard solution.isSpanningTree, solution.largestViolation == 0,
              sorted.value.map({ $0 == solution.edges }) ?? true
            else { throw BenchmarksError.wrongResult("the spanning tree is not a minimum") }
          }),
      ]
    }
  }

  private static func tree(of graph: UndirectedGraph, costs: [Double]) -> [Int] {
    var parts = DisjointSets(count: graph.nodeCount)
    return costs.indices.sorted { costs[$0] < costs[$1] }.filter { edge in
      let (a, b) = graph.nodes(of: edge)
      return parts.join(a, b)
    }
  }
}
