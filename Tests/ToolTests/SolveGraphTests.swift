import Foundation
import ProblemFiles
import TestSupport
import Testing

@Suite struct SolveGraphTests {
  @Test func findsAShortestPath() throws {
    let graph = Data("c\np sp 4 4\na 1 2 1\na 2 4 -0.5\na 1 4 2\na 4 3 1\n".utf8)
    let outcome = try Tool.run(
      "solve", "shortest-path", "-", "--gradient", "--reduced-costs", input: graph)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output
        == #"{"arcs":[1,2],"dualityGap":0,"gradient":[1,1,0,0],"isUnique":true,"nodes":[1,2,4],"#
        + #""potentials":[0,1,1.5,0.5],"reducedCosts":[0,0,1.5,0],"status":"optimal","value":0.5}"#
        + "\n")
    let other = try Tool.run(
      "solve", "shortest-path", "-", "--from", "2", "--to", "3", input: graph)
    #expect(
      other.output.contains("\"nodes\":[2,4,3]") && other.output.contains("[null,0,0.5,-0.5]"))
  }

  @Test func findsTheDistancesOfAllNodes() throws {
    let graph = Data("p sp 5 4\na 1 2 1\na 2 4 0.5\na 1 4 2\na 4 3 1\n".utf8)
    let outcome = try Tool.run("solve", "shortest-path", "-", "--all", input: graph)
    #expect(
      outcome.output
        == #"{"arcsInto":[null,1,4,2,null],"distances":[0,1,2.5,1.5,null],"largestViolation":0,"#
        + #""predecessors":[null,1,4,2,null],"source":1,"status":"optimal"}"# + "\n")
    let other = try Tool.run(
      "solve", "shortest-path", "-", "--all", "--from", "3", "--undirected", input: graph)
    #expect(other.output.contains(#""distances":[2.5,1.5,0,1,null],"#))
    #expect(other.output.contains(#""arcsInto":[1,2,null,4,null],"#))
    #expect(other.output.contains(#""predecessors":[2,4,null,3,null],"#))
    let path = try Tool.run(
      "solve", "shortest-path", "-", "--from", "3", "--to", "1", "--undirected", "--gradient",
      input: graph)
    #expect(path.output.contains(#""arcs":[4,2,1],"#) && path.output.contains("[1,1,0,1]"))
  }

  @Test func weightsMayBeABatchOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    let graph = try folder.write(Data("p sp 3 3\na 1 2 1\na 2 3 1\na 1 3 1\n".utf8), as: "a.gr")
    let costs = folder.path + "/costs.npy"
    try NumPyArray(
      shape: [3, 3], elements: .double([1, 1, 3, 2, 2, 3, .infinity, 1, .infinity])
    ).write(to: costs)
    let outcome = try Tool.run("solve", "shortest-path", graph, "--costs", costs)
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 65 && lines.count == 3)
    #expect(lines[0].contains(#""arcs":[1,2],"#) && lines[1].contains(#""arcs":[3],"#))
    #expect(lines[2].contains(#""status":"infeasible""#))
    #expect(outcome.errors.contains("costs.npy: batch 2: infeasible: no path leads from node 1"))
    try NumPyArray(shape: [2], elements: .double([1, 1])).write(to: costs)
    try Tool.run("solve", "shortest-path", graph, "--costs", costs)
      .expectRefusal("invalid", naming: ["costs.npy: expected 3 numbers", "a.gr", "[2]"])
  }

  @Test func findsSpanningTreesAndForests() throws {
    let graph = Data("p edge 3 3\ne 1 2 2\ne 2 3 1\ne 1 3 4\n".utf8)
    let outcome = try Tool.run("solve", "spanning-tree", "-", input: graph)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output
        == #"{"dualityGap":0,"edges":[2,1],"isUnique":true,"largestViolation":0,"status":"optimal","value":3}"#
        + "\n")
    let greatest = try Tool.run("solve", "spanning-tree", "-", "--maximize", input: graph)
    #expect(
      greatest.output.contains(#""edges":[3,1],"#) && greatest.output.contains(#""value":6}"#))
    let parts = Data("p edge 5 3\ne 1 2 2\ne 1 2 1\ne 4 5 7\n".utf8)
    let forest = try Tool.run("solve", "spanning-tree", "-", "--forest", input: parts)
    #expect(forest.output.contains(#""edges":[2,3],"#) && forest.output.contains(#""trees":3,"#))
    #expect(forest.output.contains(#""value":8}"#))
    // An edge that is forbidden leaves one tree more.
    let forbidden = Data("p edge 5 3\ne 1 2 2\ne 1 2 1\ne 4 5 inf\n".utf8)
    let apart = try Tool.run(
      "solve", "spanning-tree", "-", "--forest", "--gradient", input: forbidden)
    #expect(apart.output.contains(#""edges":[2],"#) && apart.output.contains(#""trees":4,"#))
    #expect(apart.output.contains(#""gradient":[0,1,0],"#) && apart.output.contains(#""value":1}"#))
    let most = try Tool.run(
      "solve", "spanning-tree", "-", "--forest", "--maximize", input: parts)
    #expect(most.output.contains(#""value":9}"#))
    try Tool.run(
      "solve", "spanning-tree", "-", "--forest", input: Data("p edge 2 1\ne 1 2 nan\n".utf8)
    ).expectRefusal("invalid", naming: ["line 2: expected"])
  }

  @Test func flowsMayRunBothWays() throws {
    let graph = Data("p max 4 5\nn 1 s\nn 4 t\na 1 2 3\na 3 1 2\na 2 3 5\na 2 4 1\na 4 3 5\n".utf8)
    let directed = try Tool.run("solve", "maximum-flow", "-", input: graph)
    #expect(directed.output.contains(#""value":1}"#))
    let outcome = try Tool.run(
      "solve", "maximum-flow", "-", "--undirected", "--gradient", input: graph)
    #expect(outcome.status == 0 && outcome.output.contains(#""value":5}"#))
    #expect(outcome.output.contains(#""cutArcs":[1,2],"#))
    #expect(outcome.output.contains(#""gradient":[1,1,0,0,0],"#))
    #expect(outcome.output.contains(#""flow":[3,-2,2,1,-4],"#))
    #expect(outcome.output.contains(#""sourceSide":[1],"#))
  }

  @Test func supplyFlowsWhereItIsWanted() throws {
    let graph = Data(
      "p min 3 3\nn 1 4\nn 3 -4\na 1 2 1 4 2\na 2 3 0 inf 1\na 1 3 0 2 5\n".utf8)
    let outcome = try Tool.run("solve", "minimum-cost-flow", "-", "--gradient", input: graph)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(#""flows":[4,4,0],"#) && outcome.output.contains(#""value":12}"#))
    #expect(outcome.output.contains(#""gradient":[4,4,0],"#))
    #expect(outcome.output.contains(#""dualityGap":0,"#))
    try Tool.run(
      "solve", "minimum-cost-flow", "-",
      input: Data("p min 2 1\nn 1 1\nn 2 -1\na 1 2 0 0.5 1\n".utf8)
    ).expectRefusal("infeasible", naming: ["the arcs cannot carry the supplies"])
    try Tool.run(
      "solve", "minimum-cost-flow", "-", input: Data("p min 2 1\nn 1 1\nn 1 -1\na 1 2 0 1 1\n".utf8)
    ).expectRefusal("invalid", naming: ["line 3: expected 'n NODE SUPPLY', each node once"])
    try Tool.run(
      "solve", "minimum-cost-flow", "-", input: Data("p min 2 1\na 1 2 2 1 1\n".utf8)
    ).expectRefusal("invalid", naming: ["line 2: expected 'a TAIL HEAD LOWER CAPACITY COST'"])
  }

  @Test func aRootReachesEveryNode() throws {
    let graph = Data("p sp 3 4\na 1 2 5\na 1 3 2\na 3 2 1\na 2 3 1\n".utf8)
    let outcome = try Tool.run("solve", "spanning-arborescence", "-", "--gradient", input: graph)
    #expect(outcome.output.contains(#""arcs":[2,3],"#) && outcome.output.contains(#""value":3}"#))
    #expect(outcome.output.contains(#""arcInto":[0,3,2],"#))
    #expect(outcome.output.contains(#""parents":[0,4,4,0],"#))
    #expect(outcome.output.contains(#""gradient":[0,1,1,0],"#))
    try Tool.run("solve", "spanning-arborescence", "-", "--root", "4", input: graph)
      .expectRefusal("invalid", naming: ["--root: expected a node 1 ... 3, found 4"])
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
    try outcome.expectRefusal(
      "invalid", naming: ["/a\\u{07}\\u{202E}\\u{2028}\\nb.gr, line 2: expected"])
  }

  @Test(arguments: [
    (
      "shortest-path", "p sp 2 1\na 1 3 1\n", "invalid",
      "standard input, line 2: expected nodes 1 ... 2"
    ),
    ("shortest-path", "p sp 2 0\n", "infeasible", "no path leads from node 1 to node 2"),
    ("shortest-path", "p sp 0 0\n", "invalid", "--from: expected a node 1 ... 0"),
    ("shortest-path", "p sp 2 2\na 1 2 1\na 2 1 -2\n", "unbounded", "through the nodes 1 2"),
    (
      "shortest-path", "p sp 2 2\na 1 2 1e308\na 1 2 1e308\nn 1 t\nn 1 x", "invalid",
      "line 5: expected"
    ),
    (
      "shortest-path", "p sp 2 1\na 1 2 1\na 1 2 1\na 1 2 1\n", "invalid",
      "line 3: expected no more than"
    ),
    ("shortest-path", "p sp 1000000000000 0\n", "invalid", "line 1: expected"),
    ("maximum-flow", "p max 2 1\nn 1 s\nn 2 t\na 1 2 -1\n", "invalid", "line 4: expected"),
    (
      "maximum-flow", "p max 2 1\nn 1 s\na 1 2 1\n", "invalid",
      "--to: expected a node 1 ... 2, found none"
    ),
    ("maximum-flow", "p max 2 1\nn 1 s\nn 2 t\na 1 2 inf\n", "unbounded", "infinite capacity"),
    ("spanning-tree", "p edge 3 1\ne 1 2\n", "infeasible", "the edges do not connect all nodes"),
    (
      "spanning-tree", "p edge 3 2\ne 1 2 1e308\ne 2 3 1e308\n", "unsolved",
      "lies beyond 1.7976931348623157e+308"
    ),
  ])
  func badDataIsRefusedInOneLine(
    command: String, graph: String, status: String, reason: String
  ) throws {
    try Tool.run("solve", command, "-", input: Data(graph.utf8))
      .expectRefusal(status, naming: [reason])
  }

  @Test func nodesCountFromOne() throws {
    let graph = Data("p sp 5 1\na 1 2 1\n".utf8)
    for (option, node) in [("--to", "9"), ("--from", "0"), ("--to", "\(Int.max)")] {
      try Tool.run("solve", "shortest-path", "-", option, node, input: graph)
        .expectRefusal("invalid", naming: ["\(option): expected a node 1 ... 5, found \(node)"])
    }
  }
}
