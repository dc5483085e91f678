import CombinatorialSolvers
import TestSupport
import Testing

/// Cuts and maximum flows against all cuts, in exact sums.
struct FarApartFlowTests {
  /// The least exact sum of a cut; nil: every cut has an infinite part.
  private static func least(_ cuts: [[Double]]) -> (sum: ExactSum, magnitude: Double)? {
    cuts.filter { $0.allSatisfy(\.isFinite) }
      .map { (ExactSum($0), $0.reduce(0) { $0 + abs($1) }) }.min { $0.0 < $1.0 }
  }

  @Test func maximumFlows() {
    FarApart.check("MaximumFlow") { numbers in
      let nodes = 2 + numbers.below(5)
      let arcs = (0..<1 + numbers.below(14)).map { _ in
        (tail: numbers.below(nodes), head: numbers.below(nodes))
      }
      let capacities = numbers.costs(arcs.count, isSigned: false)
      let problem = MaximumFlow(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
      let cuts = (0..<1 << nodes).filter { $0 & 1 == 1 && $0 >> (nodes - 1) & 1 == 0 }.map { side in
        arcs.indices.filter { side >> arcs[$0].tail & 1 == 1 && side >> arcs[$0].head & 1 == 0 }
          .map { capacities[$0] }
      }
      let least = Self.least(cuts)
      return try FarApart.judge(least: least?.sum) {
        let solution = try problem.solve(capacities)
        if let fault = Self.fault(solution, arcs, capacities) { return .wrong(fault) }
        let bound = Double(nodes + arcs.count) * 0x1p-51 * (least?.magnitude ?? 0)
        let isCut = solution.isOnSourceSide[0] && !solution.isOnSourceSide[nodes - 1]
        return FarApart.verdict(
          cost: isCut ? ExactSum(solution.cutArcs.map { capacities[$0] }) : nil,
          value: solution.value, gap: solution.dualityGap, least: least?.sum, bound: bound,
          valueBound: bound, gapBound: 3 * bound)
      }
    }
  }

  /// Whether a flow breaks a rule: a node loses at most 2^-28 of what passes through it.
  private static func fault(
    _ solution: MaximumFlowSolution, _ arcs: [(tail: Int, head: Int)], _ capacities: [Double]
  ) -> String? {
    guard zip(solution.flow, capacities).allSatisfy({ $0 >= 0 && $0 <= $1 && $0.isFinite }) else {
      return "flow \(solution.flow) of \(capacities)"
    }
    for node in 1..<max(1, solution.isOnSourceSide.count - 1) {
      let (into, out) = (
        arcs.indices.filter { arcs[$0].head == node }.map { solution.flow[$0] },
        arcs.indices.filter { arcs[$0].tail == node }.map { solution.flow[$0] }
      )
      let lost = (ExactSum(into) - ExactSum(out)).value
      if abs(lost) > 0x1p-28 * into.reduce(0, +) { return "node \(node) loses \(lost)" }
    }
    return nil
  }

  @Test(arguments: GridCut.Neighbors.allCases) func gridCuts(neighbors: GridCut.Neighbors) {
    FarApart.check("GridCut of \(neighbors) neighbors") { numbers in
      let (rows, columns) = (1 + numbers.below(2), 1 + numbers.below(3))
      let cells = rows * columns
      let costs =
        numbers.costs(2 * cells) + numbers.costs(neighbors.rawValue * cells, isSigned: false)
      let grid = GridArcs(neighbors: neighbors, rows: rows, columns: columns)
      let cuts = (0..<1 << cells).map { side in
        grid.cut(isOnSourceSide: (0..<cells).map { side >> $0 & 1 == 1 }[...]).map { costs[$0] }
      }
      let least = Self.least(cuts)
      return try FarApart.judge(least: least?.sum) {
        let solution = try GridCut(neighbors: neighbors).solve(
          costs, rows: rows, columns: columns)
        let terms = grid.cut(isOnSourceSide: solution.isOnSourceSide[...]).map { costs[$0] }
        // The flow is what is left once a cell's lesser cost has been taken from both.
        let taken = (0..<cells).reduce(0.0) { $0 + abs(min(costs[$1], costs[cells + $1])) }
        let paid = max(least?.magnitude ?? 0, terms.reduce(0) { $0 + abs($1) })
        let bound = Double(cells + costs.count) * 0x1p-51 * (paid + taken)
        return FarApart.verdict(
          cost: terms.allSatisfy(\.isFinite) ? ExactSum(terms) : nil, value: solution.value,
          gap: solution.dualityGap, least: least?.sum, bound: bound, valueBound: bound,
          gapBound: 3 * bound)
      }
    }
  }
}
