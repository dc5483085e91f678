import CombinatorialKernels
import CombinatorialSolvers
import DifferentiableTensor

/// Labelings of chains that share the costs of their steps, beside the same as shortest paths in a digraph.
enum ChainCases {
  static var all: [BenchmarkCase] {
    [(batch: 64, positions: 64, labels: 16), (32, 64, 64), (1, 1024, 128)].map { size in
      BenchmarkCase(
        name: "chain/uniform/\(size.batch)x\(size.positions)x\(size.labels)/float",
        isRepresentative: size.batch > 1
      ) {
        let problems = ChainProblems(
          batch: size.batch, positions: size.positions, labels: size.labels)
        let (trellis, arcCosts) = (try problems.trellis.get(), problems.arcCosts(0))
        let path = Outcome<Double>()
        let digraph = Contestant(
          name: "digraph", instances: 1, run: { path.value = try trellis.solve(arcCosts).value },
          check: {})
        return KernelChoice.contestants(
          instances: size.batch, beside: digraph, run: problems.solve,
          check: problems.checkOptimality)
      }
    }
  }
}

/// Chains, and the values of the latest run.
private final class ChainProblems {
  private let shape: BatchShape
  private let unary, steps: [Float]
  let trellis: Result<ShortestPath, CombinatorialError>
  private let arcs: [(tail: Int, head: Int)]
  private var values: [Double] = []

  init(batch: Int, positions: Int, labels: Int) {
    var generator = SeededGenerator(seed: 8)
    func costs(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: 0..<1, using: &generator) }
    }
    shape = BatchShape(batch: batch, rows: positions, columns: labels)
    (unary, steps) = (costs(batch * positions * labels), costs(labels * labels))
    let end = positions * labels + 1
    let arcs =
      (0..<labels).map { (tail: 0, head: $0 + 1) }
      + (1..<positions).flatMap { position in
        (0..<labels * labels).map { step in
          (
            tail: (position - 1) * labels + step / labels + 1,
            head: position * labels + step % labels + 1
          )
        }
      } + (0..<labels).map { (tail: end - labels + $0, head: end) }
    trellis = Result { () throws(CombinatorialError) in
      ShortestPath(try DirectedGraph(nodeCount: end + 1, arcs: arcs), from: 0, to: end)
    }
    self.arcs = arcs
  }

  func solve(_ choice: KernelChoice) throws {
    values = try unary.withUnsafeBufferPointer { unary in
      try steps.withUnsafeBufferPointer {
        try ChainLabeling(maxThreads: choice.threads).solveInPlace(
          unary: unary, steps: $0, shape: shape, instructionSet: choice.instructionSet
        ).values
      }
    }
  }

  /// What the arcs of one chain's digraph cost: the step and the label that each leads to.
  func arcCosts(_ item: Int) -> [Double] {
    let (labels, end) = (shape.columns, shape.itemCount + 1)
    let first = item * shape.itemCount
    return arcs.map { arc -> Double in
      guard arc.head < end else { return 0 }
      let own = Double(unary[first + arc.head - 1])
      guard arc.tail > 0 else { return own }
      return own + Double(steps[(arc.tail - 1) % labels * labels + (arc.head - 1) % labels])
    }
  }

  /// Throws unless values are those of Dijkstra's algorithm, in double; of a few chains, as it is slow.
  func checkOptimality() throws {
    for item in stride(from: 0, to: values.count, by: 16) {
      let best = try trellis.get().solve(arcCosts(item)).value
      guard abs(values[item] - best) <= 1e-4 * best else {
        throw BenchmarksError.wrongResult(
          "chain \(item) has value \(values[item]), expected \(best)")
      }
    }
  }
}
