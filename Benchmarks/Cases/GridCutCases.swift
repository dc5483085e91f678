import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Cuts of grids: what flows from the left column to the right one, and a segmentation whose cells pull
/// to either side. An instance is a grid.
enum GridCutCases {
  static var all: [BenchmarkCase] {
    ["columns", "segmentation"].flatMap { family in
      [(batch: 16, size: 32), (batch: 4, size: 128)].map { shape in
        BenchmarkCase(
          name: "grid-cut/\(family)/\(shape.batch)x\(shape.size)x\(shape.size)/double",
          isRepresentative: shape.size == 32
        ) {
          let problems = problems(family, batch: shape.batch, size: shape.size)
          let threads = [1] + (Parallel.coreCount > 1 ? [Parallel.coreCount] : [])
          return threads.map { count in
            Contestant(
              name: count == 1 ? "current" : "current, all threads", threads: count,
              instances: shape.batch, references: count == 1 ? [] : ["current"],
              run: { try problems.solve(threads: count) }, check: problems.checkOptimality)
          }
        }
      }
    }
  }

  static func problems(_ family: String, batch: Int, size: Int) -> GridCutProblems {
    var random = SeededGenerator(seed: 7)
    let shape = BatchShape(batch: batch, channels: 6, rows: size, columns: size)
    let costs = (0..<batch * shape.itemCount).map { index -> Double in
      let (channel, column) = (index / (size * size) % 6, index % size)
      guard channel < 2 else { return Double(Int.random(in: 1...100, using: &random)) }
      if family == "segmentation" {
        return channel == 0 ? Double(Int.random(in: -250...250, using: &random)) : 0
      }
      return column == (channel == 0 ? 0 : size - 1) ? 1e6 : 0
    }
    return GridCutProblems(shape: shape, costs: costs)
  }
}
