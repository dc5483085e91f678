import CombinatorialSolvers
import TestSupport
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

  /// Magnitudes from 1e-300 to 1e300 against all cuts, in exact sums.
  @Test func maximumFlowsOfMixedMagnitudesAgreeWithAllCuts() throws {
    var random = SeededRandom(seed: 41)
    for trial in 0..<600 {
      let nodes = Int.random(in: 2...6, using: &random)
      let arcs = (0..<Int.random(in: 1...14, using: &random)).map { _ in
        (
          tail: Int.random(in: 0..<nodes, using: &random),
          head: Int.random(in: 0..<nodes, using: &random)
        )
      }
      let capacities = arcs.map { _ in magnitude(using: &random) }
      let problem = MaximumFlow(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
      let solution = try problem.solve(capacities)
      let least = (0..<1 << nodes).filter { $0 & 1 == 1 && $0 >> (nodes - 1) & 1 == 0 }.map {
        side in
        ExactSum(
          arcs.indices.filter {
            side >> arcs[$0].tail & 1 == 1 && side >> arcs[$0].head & 1 == 0
          }.map { capacities[$0] })
      }.min()!
      let rounding = 0x1p-50 * Double(nodes + arcs.count) * least.value
      #expect(abs((ExactSum([solution.value]) - least).value) <= rounding, "trial \(trial)")
      #expect(solution.dualityGap <= 2 * rounding, "trial \(trial)")
      for (node, lost) in solution.imbalances.enumerated() where node > 0 && node < nodes - 1 {
        let passing = arcs.indices.filter { arcs[$0].head == node }.map { solution.flow[$0] }
        #expect(abs(lost) <= 0x1p-28 * passing.reduce(0, +), "trial \(trial), node \(node)")
      }
    }
  }

  @Test(arguments: GridCut.Neighbors.allCases)
  func gridsOfMixedMagnitudesAgreeWithAllCuts(neighbors: GridCut.Neighbors) throws {
    var random = SeededRandom(seed: 42)
    for trial in 0..<150 {
      let (rows, columns) = (2, Int.random(in: 1...3, using: &random))
      let cells = rows * columns
      let costs = (0..<(2 + neighbors.rawValue) * cells).map { _ in magnitude(using: &random) }
      let solution = try GridCut(neighbors: neighbors).solve(costs, rows: rows, columns: columns)
      let grid = GridArcs(neighbors: neighbors, rows: rows, columns: columns)
      let least = (0..<1 << cells).map { side in
        ExactSum(
          grid.cut(isOnSourceSide: (0..<cells).map { side >> $0 & 1 == 1 }[...])
            .map { costs[$0] })
      }.min()!
      let rounding = 0x1p-50 * Double(costs.count) * least.value
      #expect(abs((ExactSum([solution.value]) - least).value) <= rounding, "trial \(trial)")
      #expect(solution.dualityGap <= 2 * rounding, "trial \(trial)")
    }
  }

  /// A ring with chords whose optimum is known: pairs of nodes, and between those of each two ways.
  @Test func minimumCostFlowsOfMixedMagnitudesTakeTheCheaperWay() throws {
    var random = SeededRandom(seed: 43)
    for trial in 0..<300 {
      let pairs = Int.random(in: 1...6, using: &random)
      let network = MinimumCostFlow(
        try DirectedGraph(
          nodeCount: 2 * pairs,
          arcs: (0..<2 * pairs).map { ($0 / 2 * 2, $0 / 2 * 2 + 1) }))
      let costs = (0..<2 * pairs).map { _ in magnitude(using: &random, exponents: -140...140) }
      let capacities = costs.map { _ in magnitude(using: &random, exponents: -140...140) }
      let amounts = (0..<pairs).map { pair in
        let (first, second) = (capacities[2 * pair], capacities[2 * pair + 1])
        return max(first, second) * Double.random(in: 0...1, using: &random)
      }
      let solution = try network.solve(
        costs: costs, supplies: amounts.flatMap { [$0, -$0] }, capacities: capacities)
      var least = ExactSum()
      for pair in 0..<pairs {
        let (cheap, dear) =
          costs[2 * pair] <= costs[2 * pair + 1]
          ? (2 * pair, 2 * pair + 1) : (2 * pair + 1, 2 * pair)
        let first = min(amounts[pair], capacities[cheap])
        least.addProduct(costs[cheap], first)
        if amounts[pair] > first {
          least.addProduct(costs[dear], amounts[pair])
          least.addProduct(costs[dear], -first)
        }
      }
      let rounding = 0x1p-48 * Double(4 * pairs) * least.value
      #expect(abs((ExactSum([solution.value]) - least).value) <= rounding, "trial \(trial)")
      for (node, lost) in solution.imbalances.enumerated() {
        #expect(abs(lost) <= 0x1p-28 * amounts[node / 2], "trial \(trial), node \(node)")
      }
    }
  }

  private func magnitude(
    using random: inout SeededRandom, exponents: ClosedRange<Double> = -300...300
  ) -> Double {
    let exponent = Double.random(in: exponents, using: &random)
    return Double(sign: .plus, exponent: Int(exponent * 3.32), significand: 1)
      * Double.random(in: 1...2, using: &random)
  }
}
