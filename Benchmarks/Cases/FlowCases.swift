import CombinatorialSolvers
import DifferentiableTensor

/// Flows through graphs as users have them, beside a plain way to find the same: levels and blocking flows for the
/// maximum flow, cheapest paths for the minimum-cost flow.
enum FlowCases {
  static var all: [BenchmarkCase] {
    FlowFamily.allCases.map(maximumFlow) + [
      minimumCostFlow("random/500", .random(nodes: 500, arcs: 4_000, seed: 12)),
      minimumCostFlow("grid/24x24", .grid(side: 24, seed: 12)),
    ]
  }

  private static func maximumFlow(_ family: FlowFamily) -> BenchmarkCase {
    BenchmarkCase(name: "maximum-flow/\(family.rawValue)/double", isRepresentative: true) {
      let network = family.network(seed: 11)
      let problem = MaximumFlow(try network.graph, from: network.source, to: network.sink)
      let (kernel, plain) = (Outcome<MaximumFlowSolution>(), Outcome<Double>())
      return [
        Contestant(
          name: "swift", instances: 1,
          run: { plain.value = BlockingFlows(network).value() }, check: {}),
        Contestant(
          name: "current", instances: 1, references: ["swift"],
          run: { kernel.value = try problem.solve(network.capacities) },
          check: {
            guard let solution = kernel.value else { return }
            // Whole capacities: what both find is exact.
            guard solution.dualityGap == 0, plain.value ?? solution.value == solution.value else {
              throw BenchmarksError.wrongResult("the flow does not prove the cut")
            }
          }),
      ]
    }
  }

  private static func minimumCostFlow(
    _ name: String, _ network: @autoclosure @escaping () -> PricedNetwork
  ) -> BenchmarkCase {
    BenchmarkCase(name: "minimum-cost-flow/\(name)/double", isRepresentative: true) {
      let network = network()
      let problem = MinimumCostFlow(
        try network.graph, supplies: network.supplies, capacities: network.capacities)
      let (kernel, plain) = (Outcome<MinimumCostFlowSolution>(), Outcome<Double>())
      return [
        Contestant(
          name: "swift", instances: 1, run: { plain.value = CheapestPaths(network).value() },
          check: {}),
        Contestant(
          name: "current", instances: 1, references: ["swift"],
          run: { kernel.value = try problem.solve(network.costs) },
          check: {
            guard let solution = kernel.value else { return }
            guard abs(solution.dualityGap) <= 1e-9 * solution.value,
              plain.value ?? solution.value == solution.value
            else { throw BenchmarksError.wrongResult("the potentials do not prove the flow") }
          }),
      ]
    }
  }
}
