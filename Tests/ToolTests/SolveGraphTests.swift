import Foundation
import TestSupport
import Testing

@Suite struct SolveGraphTests {
  @Test func findsAShortestPath() throws {
    let graph = Data("c\np sp 4 4\na 1 2 1\na 2 4 -0.5\na 1 4 2\na 4 3 1\n".utf8)
    let outcome = try Tool.run("solve", "shortest-path", "-", input: graph)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output
        == #"{"arcs":[1,2],"dualityGap":0,"nodes":[1,2,4],"potentials":[0,1,1.5,0.5],"value":0.5}"#
        + "\n")
    let other = try Tool.run(
      "solve", "shortest-path", "-", "--from", "2", "--to", "3", input: graph)
    #expect(
      other.output.contains("\"nodes\":[2,4,3]") && other.output.contains("[null,0,0.5,-0.5]"))
  }

  @Test func findsASpanningTree() throws {
    let graph = Data("p edge 3 3\ne 1 2 2\ne 2 3 1\ne 1 3 4\n".utf8)
    let outcome = try Tool.run("solve", "spanning-tree", "-", input: graph)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output == #"{"edges":[2,1],"isUnique":true,"largestViolation":0,"value":3}"# + "\n")
  }

  @Test(arguments: [
    ("shortest-path", "c---- a map\np sp 3 3\nc===\na 1 2 4\na 2 3 1\na 1 3 7", 5),
    ("spanning-tree", "p edge 3 3\nn 1 7\nn 2 1\ne 1 2\ne 2 3\ne 1 3\n", 2),
    ("spanning-tree", "\u{FEFF}p col 3 2\r\ne 1 2 0.5D1\r\ne 2 3 1\r\n", 6),
    ("maximum-flow", "p\tmax 2 1 \nn 1 s \nn 2 t\n\na 1 2 2.5", 2.5),
  ])
  func everyLegalFormIsSolved(command: String, graph: String, value: Double) throws {
    let outcome = try Tool.run("solve", command, "-", input: Data(graph.utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    struct Report: Decodable { let value: Double }
    #expect(try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8)).value == value)
  }

  @Test func namesOfFilesAreEscaped() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Data("p sp 2 1\n".utf8), as: "a\u{7}\u{202E}\u{2028}\nb.gr")
    let outcome = try Tool.run("solve", "shortest-path", path)
    #expect(outcome.status == 65 && outcome.errorLines.count == 2)
    #expect(outcome.errors.contains("/a\\u{07}\\u{202E}\\u{2028}\\nb.gr, line 2: expected"))
  }

  @Test(arguments: [
    ("shortest-path", "p sp 2 1\na 1 3 1\n", "standard input, line 2: expected nodes 1 ... 2"),
    ("shortest-path", "p sp 2 0\n", "infeasible: no path leads from node 1 to node 2"),
    ("shortest-path", "p sp 0 0\n", "expected a source among nodes"),
    ("shortest-path", "p sp 2 2\na 1 2 1\na 2 1 -2\n", "through the nodes 1 2"),
    ("shortest-path", "p sp 2 2\na 1 2 1e308\na 1 2 1e308\nn 1 t\nn 1 x", "line 5: expected"),
    ("shortest-path", "p sp 2 1\na 1 2 1\na 1 2 1\na 1 2 1\n", "line 3: expected no more than"),
    ("shortest-path", "p sp 1000000000000 0\n", "line 1: expected"),
    ("maximum-flow", "p max 2 1\nn 1 s\nn 2 t\na 1 2 -1\n", "line 4: expected"),
    ("maximum-flow", "p max 2 1\nn 1 s\na 1 2 1\n", "expected a source"),
    ("spanning-tree", "p edge 3 1\ne 1 2\n", "infeasible: the edges do not connect all nodes"),
    (
      "spanning-tree", "p edge 3 2\ne 1 2 1e308\ne 2 3 1e308\n",
      "lies beyond 1.7976931348623157e+308"
    ),
  ])
  func badDataIsRefusedInOneLine(command: String, graph: String, reason: String) throws {
    let outcome = try Tool.run("solve", command, "-", input: Data(graph.utf8))
    #expect(outcome.status == 65 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    #expect(outcome.errors.count { $0 == "\n" } == 1)
  }
}
