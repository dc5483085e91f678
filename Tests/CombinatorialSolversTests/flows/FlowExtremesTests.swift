import CombinatorialSolvers
import Testing

/// Flows of numbers so far apart that sums of doubles lose the small ones: a right answer, or an error; never a
/// wrong one with a small gap.
struct FlowExtremesTests {
  @Test func smallCapacitiesSurviveGreatOnes() throws {
    let chain = MaximumFlow(
      try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2)]), from: 0, to: 2)
    for great in [1e12, 1e15, 1e300, .greatestFiniteMagnitude, .infinity] {
      let solution = try chain.solve([great, 0.1])
      #expect(solution.value == 0.1 && solution.flow == [0.1, 0.1])
      #expect(solution.dualityGap == 0 && solution.infeasibility == 0)
    }
    #expect(try chain.solve([1.7e308, .infinity]).flow == [1.7e308, 1.7e308])
  }

  @Test func theLargestDoubleIsACapacityLikeAnyOther() throws {
    let problem = MaximumFlow(
      try DirectedGraph(nodeCount: 4, arcs: [(0, 1), (0, 2), (1, 3), (2, 3)]), from: 0, to: 3)
    let great = Double.greatestFiniteMagnitude
    let solution = try problem.solve([great, great, 3, 2])
    #expect(solution.value == 5 && solution.flow == [3, 2, 3, 2] && solution.dualityGap == 0)
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try problem.solve([1.5e308, 1.5e308, 1.5e308, 1.5e308])
    }
  }

  @Test func gridsCutTheLargestDouble() throws {
    let nan = Double.nan
    let costs = [.infinity, 0, 0, .infinity, 1.7e308, nan, nan, nan, nan, 1, nan, nan]
    let solution = try GridCut().solve(costs, rows: 1, columns: 2)
    #expect(solution.value == 1.7e308 && solution.flow[4] == 1.7e308)
    #expect(solution.isOnSourceSide == [true, false])
  }

  @Test func theFirstFaultOfAGridIsTheFirstInMemory() {
    let costs = [0, -.infinity, .nan] + [Double](repeating: 0, count: 9)
    let fault = CombinatorialError(
      .invalidGridCost(channel: 0, row: 0, column: 1, value: -.infinity), item: 0)
    #expect(throws: fault) { try GridCut().solve(costs, rows: 1, columns: 2) }
  }

  @Test func capacitiesMayLieFarAboveTheSupply() throws {
    let single = MinimumCostFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1)]))
    #expect(try single.solve(costs: [-1], supplies: [1, -1], capacities: [1e20]).flows == [1])
    let loop = MinimumCostFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (1, 1)]))
    let circling = try loop.solve(
      costs: [1, -1], supplies: [3, -3], capacities: [.infinity, 1e19])
    #expect(circling.flows == [3, 1e19] && circling.infeasibility == 0)
    let back = MinimumCostFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (1, 0)]))
    let circle = try back.solve(costs: [-1, 0.5], supplies: [3, -3], capacities: [1e20, 2])
    #expect(circle.value == -4 && circle.flows == [5, 2] && circle.dualityGap == 0)
    let pair = MinimumCostFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1), (0, 1)]))
    let greatest = try pair.solve(
      costs: [-1, -2], supplies: [3, -3], capacities: [1.7e308, 1.7e308])
    #expect(greatest.value == -6 && greatest.flows == [0, 3] && greatest.dualityGap == 0)
  }

  @Test func whatExceedsTheRangeOfDoubleIsNamed() throws {
    let network = MinimumCostFlow(
      try DirectedGraph(nodeCount: 2, arcs: [(0, 1)]))
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try network.solve(costs: [1e200], supplies: [1e200, -1e200])
    }
    let refusal = CombinatorialError.Reason.invalidOption(
      "the cost of arc 0", value: 1e290, expected: "at most 1e280 in magnitude, or +infinity")
    #expect(throws: CombinatorialError(refusal, item: 0)) {
      try network.solve(costs: [1e290], supplies: [1, -1])
    }
  }
}
