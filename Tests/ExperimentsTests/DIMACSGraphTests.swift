import Testing

@testable import Experiments

@Suite struct DIMACSGraphTests {
  private static func graph(
    _ text: String, _ problem: DIMACSGraph.Problem
  ) throws(DIMACSError) -> DIMACSGraph {
    try DIMACSGraph(DIMACSLines(text: text, file: "x.gr"), problem: problem)
  }

  @Test func readsShortestPaths() throws {
    let text = "c a comment\n\np sp 3 2\nn 1 s\nn 3 t\na 1 2 0.5\r\na  2\t3 -4\n"
    let graph = try Self.graph(text, .shortestPath)
    #expect(graph.nodes == 3)
    #expect(graph.tails == [0, 1])
    #expect(graph.heads == [1, 2])
    #expect(graph.weights == [0.5, -4])
    #expect(graph.source == 0)
    #expect(graph.sink == 2)
  }

  @Test func readsEdgesWithAndWithoutWeights() throws {
    let graph = try Self.graph("p edge 2 3\ne 1 2\ne 2 1 1e3\ne 1 1 inf", .edges)
    #expect(graph.weights == [1, 1000, .infinity])
    #expect(graph.source == nil)
  }

  @Test func readsFlowsAndEmptyGraphs() throws {
    #expect(try Self.graph("p max 4 1\na 1 4 7", .maximumFlow).weights == [7])
    #expect(try Self.graph("p sp 0 0", .shortestPath).nodes == 0)
  }

  @Test(arguments: [
    ("", 1), ("c only\n", 2), ("p edge 2 0\n", 1), ("p sp 2\n", 1), ("p sp -1 0\n", 1),
    ("p sp 2 x\n", 1), ("p sp 3000000000 0", 1), ("p sp 2000000000 0", 1),
    ("p sp 2 1\na 1 2", 2), ("p sp 2 1\na 1 3 1", 2), ("p sp 2 1\na 0 1 1", 2),
    ("p sp 2 1\na 1 2 nan", 2), ("p sp 2 1\na 1 2 -inf", 2), ("p sp 2 1\na 1 2 x", 2),
    ("p sp 2 1\ne 1 2 1", 2), ("p sp 2 2\na 1 2 1", 2), ("p sp 2 0\na 1 2 1", 2),
    ("p sp 2 0\nn 1 x", 2), ("p sp 2 0\nn 1", 2), ("p sp 2 0\n\nn 3 s", 3),
    ("p sp 0 1\na 1 1 1", 2), ("p sp 2 1\na 1 2 1 1", 2),
  ])
  func namesTheLineThatIsWrong(text: String, line: Int) {
    let error = #expect(throws: DIMACSError.self) { try Self.graph(text, .shortestPath) }
    guard case .corrupt("x.gr", let found, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == line)
    #expect(
      "\(DIMACSError.corrupt(file: "x.gr", line: 3, expected: "a", found: "b"))"
        == "x.gr, line 3: expected a, found b")
  }

  @Test func namesAFileThatIsNotThere() {
    #expect(throws: DIMACSError.self) {
      try DIMACSGraph(path: "/nonexistent/x.gr", problem: .shortestPath)
    }
  }
}
