import CombinatorialSolvers
import TestSupport
import Testing

/// Shortest paths against Bellman's and Ford's, in exact sums.
struct FarApartPathTests {
  typealias Arc = (tail: Int, head: Int)

  /// The terms of a shortest path from node 0, nil if there is none; `hasCycle` of one that is negative.
  private static func shortest(
    _ arcs: [Arc], _ costs: [Double], nodes: Int, to target: Int
  ) -> (terms: [Double]?, hasCycle: Bool) {
    var sums = [ExactSum?](repeating: nil, count: nodes)
    var terms = [[Double]](repeating: [], count: nodes)
    sums[0] = ExactSum()
    for round in 0...nodes {
      var changes = false
      for (arc, cost) in zip(arcs, costs) where cost < .infinity {
        guard var offer = sums[arc.tail] else { continue }
        offer += cost
        if let known = sums[arc.head], !(offer < known) { continue }
        if round == nodes { return (nil, true) }
        sums[arc.head] = offer
        terms[arc.head] = terms[arc.tail] + [cost]
        changes = true
      }
      if !changes { break }
    }
    return (sums[target] == nil ? nil : terms[target], false)
  }

  private static func isPath(_ path: [Int], _ arcs: [Arc], from source: Int, to target: Int) -> Bool
  {
    var node = source
    for arc in path {
      guard arcs[arc].tail == node else { return false }
      node = arcs[arc].head
    }
    return node == target
  }

  @Test(arguments: ["costs of at least 0", "signed costs", "signed costs without a cycle"])
  func shortestPaths(costKind: String) {
    let (isSigned, isAcyclic) = (costKind.hasPrefix("signed"), costKind.hasSuffix("cycle"))
    FarApart.check("ShortestPath, \(costKind)") { numbers in
      let nodes = 2 + numbers.below(5)
      let arcs = (0..<3 * nodes).map { _ -> Arc in
        let (a, b) = (numbers.below(nodes), numbers.below(nodes))
        return isAcyclic ? (min(a, b), max(a, b)) : (a, b)
      }.filter { !isAcyclic || $0.tail < $0.head }
      // Few negative ones leave some graphs without a negative cycle.
      let costs = arcs.map { _ in
        let isPositive = !isAcyclic && !numbers.oneIn(4)
        return numbers.cost(isSigned: isSigned && !isPositive)
      }
      let problem = ShortestPath(
        try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
      let expected = Self.shortest(arcs, costs, nodes: nodes, to: nodes - 1)
      do {
        let least = expected.hasCycle ? ExactSum() : expected.terms.map { ExactSum($0) }
        return try FarApart.judge(least: least) {
          let solution = try problem.solve(costs)
          if expected.hasCycle {
            return Self.isNearlyZero(costs) ? .refused : .wrong("a path beside a negative cycle")
          }
          let terms = solution.arcs.map { costs[$0] }
          let isPath =
            Self.isPath(solution.arcs, arcs, from: 0, to: nodes - 1) && terms.allSatisfy(\.isFinite)
          let rounding = FarApart.rounding(expected.terms ?? [])
          return FarApart.verdict(
            cost: isPath ? ExactSum(terms) : nil, value: solution.value,
            gap: solution.dualityGap, least: least, bound: rounding, valueBound: 2 * rounding,
            gapBound: 4 * rounding)
        }
      } catch let error as CombinatorialError {
        guard case .negativeCycle(let cycle, _) = error.reason else { throw error }
        let isCycle =
          cycle.first.map { Self.isPath(cycle, arcs, from: arcs[$0].tail, to: arcs[$0].tail) }
          ?? false
        let isNegative = ExactSum(cycle.map { costs[$0] }) < ExactSum()
        return isCycle && isNegative && expected.hasCycle
          ? .infeasible : .wrong("no cycle: \(cycle)")
      }
    }
  }

  /// Costs of one magnitude may count a negative cycle as one of length 0, see ``ShortestPath``.
  private static func isNearlyZero(_ costs: [Double]) -> Bool {
    let sizes = costs.filter { $0.isFinite && $0 != 0 }.map(abs)
    guard let greatest = sizes.max(), let least = sizes.min() else { return false }
    return greatest * .ulpOfOne * Double(costs.count) <= least
  }

  @Test func gridPaths() { checkGrids("GridShortestPath", isFloat: false) }
  @Test func gridPathsOfFloats() { checkGrids("GridShortestPath of floats", isFloat: true) }

  /// Costs are not negative: nothing cancels, and the sums differ by their own rounding.
  private func checkGrids(_ name: String, isFloat: Bool) {
    FarApart.check(name, isFloat: isFloat) { numbers in
      let (rows, columns) = (1 + numbers.below(4), 1 + numbers.below(4))
      let costs = numbers.costs(rows * columns, isSigned: false)
      let neighbors = numbers.oneIn(2) ? GridShortestPath.Neighbors.four : .eight
      let problem = GridShortestPath(neighbors: neighbors)
      let (arcs, arcCosts) = Self.grid(costs, rows, columns, neighbors)
      let rest = Self.shortest(arcs, arcCosts, nodes: costs.count, to: costs.count - 1).terms
      let least = costs[0] < .infinity ? rest.map { [costs[0]] + $0 } : nil
      return try FarApart.judge(least: least.map { ExactSum($0) }) {
        let solution =
          try isFloat
          ? problem.solve(costs.map(Float.init), rows: rows, columns: columns)
          : problem.solve(costs, rows: rows, columns: columns)
        let cells = solution.cells.map { $0.row * columns + $0.column }
        let isPath =
          cells.first == 0 && cells.last == costs.count - 1
          && zip(cells, cells.dropFirst()).allSatisfy { step in arcs.contains { $0 == step } }
        let terms = cells.map { costs[$0] }
        let unit = isFloat ? Double(Float.ulpOfOne) : .ulpOfOne
        let rounding = FarApart.rounding(least ?? [], unit: unit)
        return FarApart.verdict(
          cost: isPath && terms.allSatisfy(\.isFinite) ? ExactSum(terms) : nil,
          value: solution.value, gap: solution.dualityGap, least: least.map { ExactSum($0) },
          bound: rounding, valueBound: FarApart.rounding(terms), gapBound: rounding)
      }
    }
  }

  private static func grid(
    _ costs: [Double], _ rows: Int, _ columns: Int, _ neighbors: GridShortestPath.Neighbors
  ) -> (arcs: [Arc], costs: [Double]) {
    var arcs: [Arc] = []
    for cell in 0..<rows * columns {
      for other in 0..<rows * columns where other != cell {
        let (i, j) = (cell / columns - other / columns, cell % columns - other % columns)
        let isBeside = neighbors == .four ? abs(i) + abs(j) == 1 : max(abs(i), abs(j)) == 1
        if isBeside, costs[cell] < .infinity { arcs.append((cell, other)) }
      }
    }
    return (arcs, arcs.map { costs[$0.head] })
  }
}
