import CombinatorialSolvers
import Testing

/// Trees, arborescences and bases whose costs cancel, or exceed the range of double.
struct TreeMagnitudeTests {
  /// The dual of the cycle, 3.4e308, is beyond the largest double; the value is not.
  @Test func arborescencesOfLargeCosts() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (2, 1)])
    let solution = try SpanningArborescence(graph, root: 0)
      .solve([1.7e308, -1.7e308, -1.7e308] as [Double])
    #expect(solution.value == 0 && solution.arcs == [0, 1] && solution.dualityGap == 0)
    let path = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2)])
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try SpanningArborescence(path, root: 0).solve([1.7e308, 1.7e308] as [Double])
    }
  }

  /// A node whose cheap arc is contracted away: 1e300 hides which of the arcs into it costs less.
  @Test func smallPartsDecide() throws {
    let graph = try DirectedGraph(nodeCount: 3, arcs: [(0, 2), (0, 2), (1, 2), (2, 1)])
    let solution = try SpanningArborescence(graph, root: 0).solve([5, 4, -1e300, 3] as [Double])
    #expect(solution.arcs == [1, 3] && solution.value == 7 && solution.dualityGap == 0)
  }

  @Test func valuesBeyondTheLargestDoubleAreNamed() throws {
    let graph = try UndirectedGraph(nodeCount: 4, edges: [(0, 1), (1, 2), (2, 3)])
    let large = [1.7e308, 1.7e308, 1] as [Double]
    let back = [-1.7e308, -1.7e308, 1.7e308] as [Double]
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try SpanningTree(graph).solve(large)
    }
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try MatroidBasis(GraphicMatroid(graph)).solve(large)
    }
    #expect(try SpanningTree(graph).solve(back).value == -1.7e308)
    #expect(try MatroidBasis(GraphicMatroid(graph)).solve(back).value == -1.7e308)
  }
}
