import CombinatorialSolvers
import TestSupport
import Testing

struct TransportNetworkTests {
  /// A transport problem as a network has the value of the dense solver; flows are checked by their prices.
  @Test(arguments: AssignmentFamily.allCases)
  func agreesWithTransport(family: AssignmentFamily) throws {
    guard family != .forbidden else { return }
    var random = SeededRandom(seed: 51)
    for (rows, columns) in [(1, 1), (3, 5), (12, 9), (30, 30)] {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let (supply, demand) = TransportCase.masses(
        rows: rows, columns: columns, equal: rows == 12, using: &random)
      let arcs = costs.indices.map { (tail: $0 / columns, head: rows + $0 % columns) }
      let network = MinimumCostFlow(try DirectedGraph(nodeCount: rows + columns, arcs: arcs))
      let solution = try network.solve(costs: costs, supplies: supply + demand.map { -$0 })
      let dense = try Transport().solve(costs, supply: supply, demand: demand)
      #expect(solution.value == dense.value)
    }
  }
}
