import CombinatorialSolvers
import DifferentiableTensor

/// Spanning arborescences and bases of matroids, beside a plain way to find the same.
enum TreeCases {
  static var all: [BenchmarkCase] { [arborescence, matroidBasis] }

  private static var arborescence: BenchmarkCase {
    BenchmarkCase(name: "arborescence/random/500/double", isRepresentative: true) {
      var random = SeededGenerator(seed: 13)
      let nodes = 500
      let arcs = (0..<8 * nodes).map { arc in
        // A path from the root first, so that every node is reached.
        arc + 1 < nodes
          ? (tail: arc, head: arc + 1)
          : (
            tail: Int.random(in: 0..<nodes, using: &random),
            head: Int.random(in: 0..<nodes, using: &random)
          )
      }
      let costs = arcs.map { _ in Double(Int.random(in: 1...1_000, using: &random)) }
      let problem = SpanningArborescence(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), root: 0)
      let (kernel, plain) = (Outcome<SpanningArborescenceSolution>(), Outcome<Double>())
      return [
        Contestant(
          name: "swift", instances: 1,
          run: { plain.value = ContractedCircles.value(arcs, costs, nodes: nodes, root: 0) },
          check: {}),
        Contestant(
          name: "current", instances: 1, references: ["swift"],
          run: { kernel.value = try problem.solve(costs) },
          check: {
            guard let solution = kernel.value else { return }
            guard solution.largestViolation == 0, plain.value ?? solution.value == solution.value
            else { throw BenchmarksError.wrongResult("the arborescence is not a minimum") }
          }),
      ]
    }
  }

  private static var matroidBasis: BenchmarkCase {
    BenchmarkCase(name: "matroid/partition/2000/double", isRepresentative: true) {
      var random = SeededGenerator(seed: 14)
      let (count, parts) = (2_000, 50)
      let part = (0..<count).map { _ in Int.random(in: 0..<parts, using: &random) }
      let limits = (0..<parts).map { _ in Int.random(in: 1...20, using: &random) }
      let costs = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) }
      let problem = MatroidBasis(try PartitionMatroid(parts: part, limits: limits))
      let (kernel, plain) = (
        Outcome<MatroidBasisSolution<PartitionMatroid>>(), Outcome<[Int]>()
      )
      return [
        Contestant(
          name: "swift", instances: 1,
          run: {
            var left = limits
            plain.value = costs.indices.sorted { costs[$0] < costs[$1] }.filter {
              left[part[$0]] -= 1
              return left[part[$0]] >= 0
            }
          }, check: {}),
        Contestant(
          name: "current", instances: 1, references: ["swift"],
          run: { kernel.value = try problem.solve(costs) },
          check: {
            guard let solution = kernel.value else { return }
            guard plain.value.map({ $0.sorted() == solution.elements.sorted() }) ?? true else {
              throw BenchmarksError.wrongResult("the basis is not a minimum")
            }
          }),
      ]
    }
  }
}
