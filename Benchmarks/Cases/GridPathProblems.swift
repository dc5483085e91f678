import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Grids to find the shortest paths of, from the first cell to the last, and the paths of the latest run.
final class GridPathProblems {
  private let shape: BatchShape
  private let neighbors: GridNeighbors
  private let costs: [Float]
  private var solutions: GridShortestPathBatch?

  init(batch: Int, rows: Int, columns: Int, neighbors: Int, costs: [Float]) {
    self.costs = costs
    self.neighbors = neighbors == 8 ? .eight : .four
    shape = BatchShape(batch: batch, rows: rows, columns: columns)
  }

  /// Uniform costs between those of the cheapest and the dearest terrain.
  convenience init(batch: Int, side: Int, neighbors: Int) {
    var generator = SeededGenerator(seed: 5)
    let costs = (0..<batch * side * side).map { _ in
      Float.random(in: 0.8...9.2, using: &generator)
    }
    self.init(batch: batch, rows: side, columns: side, neighbors: neighbors, costs: costs)
  }

  func solve(_ set: InstructionSet, threads: Int) throws {
    let problem = GridShortestPath(neighbors: neighbors, maxThreads: threads)
    solutions = try costs.withUnsafeBufferPointer {
      try problem.solveInPlace($0, shape: shape, itemEnds: nil, instructionSet: set)
    }
  }

  /// `[batch]`, of the latest run.
  var values: [Double] { solutions?.values ?? [] }

  /// Throws unless each value is that of Dijkstra's algorithm on the grid as a digraph, in double.
  func checkOptimality() throws {
    let arcs = self.arcs
    let graph = try DirectedGraph(nodeCount: shape.itemCount, arcs: arcs)
    let problem = ShortestPath(graph, from: 0, to: shape.itemCount - 1)
    for (item, value) in values.enumerated() {
      let cells = costs[item * shape.itemCount..<(item + 1) * shape.itemCount].map(Double.init)
      let best = try problem.solve(arcs.map { cells[$0.head] }).value + cells[0]
      guard abs(best - value) <= 1e-5 * best else {
        throw BenchmarksError.wrongResult("grid path \(item) has value \(value), expected \(best)")
      }
    }
  }

  private var arcs: [(tail: Int, head: Int)] {
    (0..<shape.itemCount).flatMap { cell in
      let (row, column) = (cell / shape.columns, cell % shape.columns)
      return neighbors.steps.compactMap { step -> (tail: Int, head: Int)? in
        let (i, j) = (row + step.row, column + step.column)
        guard (0..<shape.rows).contains(i), (0..<shape.columns).contains(j) else { return nil }
        return (cell, i * shape.columns + j)
      }
    }
  }
}
