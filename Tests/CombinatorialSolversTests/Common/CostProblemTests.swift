import CombinatorialSolvers
import Testing

/// What problems over costs share, written once.
struct CostProblemTests {
  @Test func literalsCompile() throws {
    #expect(try Assignment().solve([4, 1, 2, 0], rows: 2, columns: 2).value == 3)
    #expect(try Assignment().solve([1, .infinity, 2, 0], rows: 2, columns: 2).value == 1)
    let triangle = try UndirectedGraph(nodeCount: 3, edges: [(0, 1), (1, 2), (2, 0)])
    #expect(try SpanningTree(triangle).solve([1, .infinity, 2]).edges == [0, 2])
  }

  @Test func costsOfSeveralChannelsAreRefused() {
    let costs = [Double](repeating: 1, count: 8)
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "costs [batch, rows, columns]", found: "2 channels")
    ) {
      try costs.withUnsafeBufferPointer {
        try Assignment().solve($0, shape: BatchShape(channels: 2, rows: 2, columns: 2))
      }
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "costs [6, rows, columns] of each grid", found: "[2, 2, 2]")
    ) {
      try costs.withUnsafeBufferPointer {
        try GridCut(neighbors: .four).solve($0, shape: BatchShape(channels: 2, rows: 2, columns: 2))
      }
    }
  }

  @Test func valuesAndGradientsAreTheCallers() throws {
    let costs: [Double] = [4, 1, 2, 0, 1, 5, 5, 1]
    var gradient = [Double](repeating: .nan, count: 8)
    let values = try costs.withUnsafeBufferPointer { costs in
      try gradient.withUnsafeMutableBufferPointer {
        try Assignment().valuesAndGradient(
          costs, shape: BatchShape(batch: 2, rows: 2, columns: 2), weights: [2, -1], into: $0)
      }
    }
    #expect(values == [3, 2])
    #expect(gradient == [0, 2, 2, 0, -1, 0, 0, -1])
  }
}
