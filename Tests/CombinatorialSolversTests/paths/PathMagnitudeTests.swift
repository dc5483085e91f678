import CombinatorialSolvers
import Testing

/// Paths whose costs cancel, or exceed the range of their type.
struct PathMagnitudeTests {
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
