import CombinatorialSolvers
import TestSupport
import Testing

struct FarApartPathTests {
  typealias Arc = (tail: Int, head: Int)

  /// The terms of a shortest path, nil if there is none; `hasCycle` of one that is negative.
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

  /// Right, or refused for what is true: never a longer path with a small gap.
  @Test(arguments: 0..<60)
  func shortestPathsAreExact(seed: Int) throws {
    var numbers = FarApartNumbers(seed: UInt64(seed))
    let nodes = 2 + numbers.below(5)
    let isSigned = seed % 3 != 0
    let isAcyclic = seed % 3 == 1
    let arcs = (0..<3 * nodes).map { _ -> Arc in
      let (a, b) = (numbers.below(nodes), numbers.below(nodes))
      return isAcyclic ? (min(a, b), max(a, b)) : (a, b)
    }.filter { !isAcyclic || $0.tail < $0.head }
    let costs = arcs.map { _ in numbers.cost(isSigned: isSigned) }
    let problem = ShortestPath(
      try DirectedGraph(nodeCount: nodes, arcs: arcs), from: 0, to: nodes - 1)
    let expected = Self.shortest(arcs, costs, nodes: nodes, to: nodes - 1)
    do throws(CombinatorialError) {
      let solution = try problem.solve(costs)
      guard let least = expected.terms else {
        Issue.record("there is no shortest path")
        return
      }
      let more = excess(of: solution.arcs.map { costs[$0] }, over: least)
      #expect(more <= allowedExcess(least) && solution.dualityGap <= 4 * allowedExcess(least))
      #expect(more <= solution.dualityGap + allowedExcess(least))
      #expect(abs(solution.value - ExactSum(least).value) <= 2 * allowedExcess(least))
    } catch {
      guard case .negativeCycle(let cycle, _) = error.reason else {
        #expect(error == CombinatorialError(.infeasible, item: 0))
        #expect(expected.terms == nil && !expected.hasCycle)
        return
      }
      #expect(expected.hasCycle && ExactSum(cycle.map { costs[$0] }) < ExactSum())
    }
  }

  /// Costs up to 1e11 that cancel: the tree had a circle, and the walk along the path did not end.
  @Test func pathsEndWhereCostsCancel() throws {
    let graph = try DirectedGraph(nodeCount: 5, arcs: [(0, 0), (1, 2), (2, 3), (3, 1), (4, 1)])
    let costs = [
      4353878.5625, -102300733930.3616, 102300734016, -85.63839326586637, -85.638393044461694,
    ]
    let solution = try ShortestPath(graph, from: 4, to: 1).solve(costs)
    #expect(solution.arcs == [4] && solution.value == costs[4] && solution.dualityGap < 1e-4)
  }

  @Test func cyclesOfPositiveLengthAreNotNegative() throws {
    let graph = try DirectedGraph(nodeCount: 4, arcs: [(0, 1), (1, 3), (2, 1), (3, 2)])
    let costs = [-66777.842006379346, -7866402544.0408058, 0.040806119109430328, 7866402544]
    let solution = try ShortestPath(graph, from: 0, to: 1).solve(costs)
    #expect(solution.arcs == [0] && solution.value == costs[0])
  }

  /// Of two nodes that cancel 1e300 in between, the small part decides.
  @Test func smallPartsDecide() throws {
    let graph = try DirectedGraph(nodeCount: 4, arcs: [(0, 1), (1, 2), (2, 3), (0, 3)])
    let problem = ShortestPath(graph, from: 0, to: 3)
    let solution = try problem.solve([1e300, 1e-300, -1e300, 0] as [Double])
    #expect(solution.arcs == [3] && solution.value == 0 && solution.dualityGap == 0)
    let other = try problem.solve([1e300, 1e-300, -1e300, 2e-300] as [Double])
    #expect(other.arcs == [0, 1, 2] && other.value == 1e-300 && other.dualityGap == 0)
  }

  @Test func lengthsBeyondTheLargestDoubleAreNamed() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2)])
    let problem = ShortestPath(graph, from: 0, to: 2)
    let error = #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try problem.solve([1e308, 1e308] as [Double])
    }
    #expect(error?.description.contains("1.7976931348623157e+308") == true)
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try problem.solve([-1e308, -1e308] as [Double])
    }
    let round = try DirectedGraph(nodeCount: 4, arcs: [(0, 1), (1, 2), (2, 3)])
    let back = try ShortestPath(round, from: 0, to: 3).solve(
      [1.5e308, 1.5e308, -1.6e308] as [Double])
    #expect(abs(back.value - 1.4e308) < 1e293)
  }

  /// Costs are not negative: nothing cancels, and the sums differ by their own rounding.
  @Test(arguments: 0..<20)
  func gridPathsAreExact(seed: Int) throws {
    var numbers = FarApartNumbers(seed: UInt64(seed))
    let (rows, columns) = (2 + numbers.below(2), 2 + numbers.below(2))
    let costs = (0..<rows * columns).map { _ in numbers.cost(isSigned: false) }
    var arcs: [Arc] = []
    var arcCosts: [Double] = []
    for cell in 0..<rows * columns {
      for other in 0..<rows * columns where other != cell {
        let (i, j) = (cell / columns - other / columns, cell % columns - other % columns)
        guard max(abs(i), abs(j)) == 1, costs[cell] < .infinity else { continue }
        arcs.append((cell, other))
        arcCosts.append(costs[other])
      }
    }
    let expected = Self.shortest(arcs, arcCosts, nodes: rows * columns, to: rows * columns - 1)
    do throws(CombinatorialError) {
      let solution = try GridShortestPath().solve(costs, rows: rows, columns: columns)
      guard let rest = expected.terms else {
        Issue.record("there is no path")
        return
      }
      let least = [costs[0]] + rest
      let more = excess(
        of: solution.cells.map { costs[$0.row * columns + $0.column] }, over: least)
      #expect(more <= allowedExcess(least) && abs(solution.dualityGap) <= allowedExcess(least))
    } catch {
      #expect(error == CombinatorialError(.infeasible, item: 0) && expected.terms == nil)
    }
  }

  @Test func gridsOfLargeFloatsAreSolvedInDouble() throws {
    let large = Float.greatestFiniteMagnitude
    let costs = [1, 1, large, large, 2, 3] as [Float]
    let batch = try GridShortestPath(neighbors: .four)
      .solve(costs, batch: 3, rows: 1, columns: 2)
    #expect(batch.values == [2, 2 * Double(large), 5])
    #expect(batch.map(\.cells.count) == [2, 2, 2] && batch.allSatisfy { $0.dualityGap == 0 })
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 1)) {
      try GridShortestPath().solve(
        [1, 1e308, 1e308, 1e308] as [Double], batch: 2, rows: 1, columns: 2)
    }
    #expect(throws: CombinatorialError(.infeasible, item: 1)) {
      try GridShortestPath().solve([1, 1, 1, .infinity] as [Float], batch: 2, rows: 1, columns: 2)
    }
  }
}
