import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Grids to find the shortest paths of, from the first cell to the last, and the paths of the latest run.
final class GridPathProblems {
  let shape: GridShape
  private let costs: [Float]
  private var output: GridPathOutput<Float>?

  init(batch: Int, rows: Int, columns: Int, neighbours: Int, costs: [Float]) {
    self.costs = costs
    shape = GridShape(
      batch: batch, rows: rows, columns: columns, hasDiagonals: neighbours == 8,
      starts: .init(repeating: 0, count: batch),
      ends: .init(repeating: Int32(rows * columns - 1), count: batch))
  }

  /// Uniform costs between those of the cheapest and the dearest terrain.
  convenience init(batch: Int, side: Int, neighbours: Int) {
    var generator = SeededGenerator(seed: 5)
    let costs = (0..<batch * side * side).map { _ in
      Float.random(in: 0.8...9.2, using: &generator)
    }
    self.init(batch: batch, rows: side, columns: side, neighbours: neighbours, costs: costs)
  }

  func solve(_ set: InstructionSet, threads: Int) throws {
    output = try costs.withUnsafeBufferPointer {
      try GridPathKernel.solve($0, shape: shape, instructionSet: set, maxThreads: threads)
    }
  }

  /// `[batch]`, of the latest run.
  var values: [Double] { output?.values ?? [] }

  /// Throws unless each value is that of Dijkstra's algorithm on the grid as a digraph, in double.
  func checkOptimality() throws {
    let arcs = self.arcs
    let graph = try DirectedGraph(nodeCount: shape.cells, arcs: arcs)
    let problem = ShortestPath(graph, from: 0, to: shape.cells - 1)
    for (item, value) in values.enumerated() {
      let cells = costs[item * shape.cells..<(item + 1) * shape.cells].map(Double.init)
      let best = try problem.solve(arcs.map { cells[$0.head] }).value + cells[0]
      guard abs(best - value) <= 1e-5 * best else {
        throw BenchmarksError.wrongResult("grid path \(item) has value \(value), expected \(best)")
      }
    }
  }

  private var arcs: [(tail: Int, head: Int)] {
    (0..<shape.cells).flatMap { cell in
      let (row, column) = (cell / shape.columns, cell % shape.columns)
      return (-1...1).flatMap { down in
        (-1...1).compactMap { right -> (tail: Int, head: Int)? in
          let (i, j) = (row + down, column + right)
          guard (0..<shape.rows).contains(i), (0..<shape.columns).contains(j) else { return nil }
          let isBeside = abs(down) + abs(right) == 1 || (shape.hasDiagonals && down * right != 0)
          return isBeside ? (cell, i * shape.columns + j) : nil
        }
      }
    }
  }
}
