import TestSupport
import Testing

@testable import ProblemFiles

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

  /// The arcs of a road map: 1 -> 2 -> 3 costs 5.
  @Test(arguments: [
    "c---- a road map ----\nc\n\np sp 3 3\nc===== arcs\na 1 2 4\n\na 2 3 1\n   \ncthe last one\na 1 3 7\n",
    "\u{FEFF}c\np sp 3 3\na 1 2 4\na 2 3 1\na 1 3 7",
    " p\tsp\t3 3 \n\ta 1 2 4.0D0\n  a 2 3 1e0  \n a 1 3 +7\n",
    "p sp 3 3\r\na 1 2 4\r\na 2 3 1\r\n\r\n  c indented\r\na 1 3 7\r\n",
    "p sp 3 3\ra 1 2 4\ra 2 3 1\ra 1 3 7\r",
    "copyright\ncccc\n  cc\np sp +3 03\na 01 +2 04\na 2 3 1\na 1 3 7\n\n\n",
  ])
  func readsEveryLegalForm(text: String) throws {
    let graph = try Self.graph(text, .shortestPath)
    #expect(graph.nodes == 3 && graph.tails == [0, 1, 0] && graph.heads == [1, 2, 2])
    #expect(graph.weights == [4, 1, 7])
  }

  @Test(arguments: ["edge", "col"])
  func edgeFilesMaySayMoreOfTheirNodes(name: String) throws {
    let text =
      "p \(name) 3 3\nn 1 7\nn 2 1.5\nd 2 L2\nx RADIUS 3\nv 1 2 3 4 5 6 7 8 9\ne 1 2\ne 2 3\ne 1 3\nn 3 -1\n"
    let graph = try Self.graph(text, .edges)
    #expect(graph.tails == [0, 1, 0] && graph.weights == [1, 1, 1])
    #expect(graph.source == nil && graph.sink == nil)
  }

  @Test(arguments: [
    ("p edge 3 1\nn 4 7\ne 1 2\n", 2, "nodes 1 ... 3"),
    ("p edge 3 1\nn 1\ne 1 2\n", 2, "'n NODE VALUE'"),
    ("p edge 3 1\nn 1 x\ne 1 2\n", 2, "'n NODE VALUE'"),
    ("p edge 3 1\na 1 2 3\n", 2, "'e NODE NODE"),
    ("p edge 3 1\nz 1 2 3\n", 2, "'n NODE VALUE'"), ("p sp 3 1\n", 1, "'p edge NODES EDGES'"),
  ])
  func edgeFilesThatAreRefused(text: String, line: Int, expected: String) {
    Self.expectRefusal(text, .edges, line: line, expected: expected)
  }

  /// The line at fault is the first one of the fault, not the last one of the file.
  @Test(arguments: [
    ("p sp 2 1\na 1 2 1\na 2 1 5\nc\na 1 2 3\n", 3, "no more than the 1 arcs of line 1"),
    ("c\np sp 2 3\na 1 2 1\n\n", 5, "the 3 arcs of line 2 after 1"),
    ("p sp 2 1\nn 1 s\nn 2 s\na 1 2 1\n", 3, "one source"),
    ("p sp 2 1\nn 1 t\nn 1 t\na 1 2 1\n", 3, "one sink"),
    ("p sp 2 1\np sp 2 1\na 1 2 1\n", 2, "'a TAIL HEAD LENGTH'"),
    ("p sp 2 1\n\r\nc\na 1 2 1e400\n", 4, "a number of at most 1.79"),
    ("p sp 2 1\na 1 2 0x10\n", 2, "'a TAIL HEAD LENGTH'"),
    ("p sp 2 1\na 1 2 1_0\n", 2, "'a TAIL HEAD LENGTH'"),
    ("p sp 2 1\na 1.0 2 1\n", 2, "'a TAIL HEAD LENGTH'"),
    ("p sp 1000000000000 1\na 1 2 1\n", 1, "at most 2147483647"),
    ("p sp 2 1000000000000\na 1 2 1\n", 1, "at most 2147483647"),
    ("p sp 99999999999999999999 1\na 1 2 1\n", 1, "at most 2147483647"),
    ("p sp 2000000000 10\na 1 2 1\n", 1, "at most 16777216 nodes without arcs"),
    ("p sp 2000000000 2000000000\na 1 2 1\n", 3, "the 2000000000 arcs of line 1 after 1"),
    ("\u{1F}\u{8B}", 1, "'p sp NODES ARCS'"),
  ])
  func theFirstLineOfAFaultIsNamed(text: String, line: Int, expected: String) {
    Self.expectRefusal(text, .shortestPath, line: line, expected: expected)
  }

  private static func expectRefusal(
    _ text: String, _ problem: DIMACSGraph.Problem, line: Int, expected: String
  ) {
    let error = #expect(throws: DIMACSError.self) { try graph(text, problem) }
    guard case .corrupt("x.gr", line, let form, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(form.contains(expected), "\(form)")
  }

  /// A line of plain numbers is read in one pass, and with a blank at its end word by word.
  @Test(arguments: DIMACSGraph.Problem.allCases)
  func plainLinesAreReadAsOthers(problem: DIMACSGraph.Problem) throws {
    var random = SeededRandom(seed: 23)
    let count = problem == .minimumCostFlow ? 3 : 1
    let texts = [
      "0", "-0", "7", "12.5", "0.1", ".5", "5.", "123456.14285714286", "00012", "1e2", "+3", "inf",
      "-2",
    ]
    for _ in 0..<2_000 {
      let numbers = (0..<count).map { _ in texts.randomElement(using: &random) ?? "" }
      let ends = (0..<2).map { _ in "\(Int.random(in: 0...4, using: &random))" }
      let words =
        ["\(problem.letter)"] + ends + numbers.prefix(Int.random(in: 0...7, using: &random))
      let line = words.joined(separator: Bool.random(using: &random) ? " " : "\t ")
      for end in ["", "\n", "\r\n", "\n\n"] {
        let head = "p \(problem.rawValue) 3 1\n"
        let plain = Result { () throws(DIMACSError) in try Self.graph(head + line + end, problem) }
        let other = Result { () throws(DIMACSError) in
          try Self.graph(head + line + " " + end, problem)
        }
        switch (plain, other) {
        case (.success(let one), .success(let two)):
          #expect(one.tails == two.tails && one.heads == two.heads, "\(line)")
          #expect(one.weights.map(\.bitPattern) == two.weights.map(\.bitPattern), "\(line)")
          #expect(one.bounds.map(\.lower) == two.bounds.map(\.lower))
          #expect(one.bounds.map(\.capacity) == two.bounds.map(\.capacity))
        case (.failure(let one), .failure(let two)): #expect(one == two, "\(line)")
        default: Issue.record("\(line): \(plain), \(other)")
        }
      }
    }
  }

  @Test(arguments: [
    "p max 2 2\na 1 2 1\na 1 2 3x\n", "p max 2 2\na 1 2 1\na 1 2\n",
    "p max 2 2\na 1 2 1\nb 1 2 3\n",
    "p max 2 2\na 1 2 1\na 1 3 3\n", "p max 2 2\na 1 2 1\na 0 2 3\n",
    "p max 2 2\na 1 2 1\na 1 2 -3\n",
    "p max 2 2\na 1 2 1\na 1 2 3 4\n", "p max 2 2\na 1 2 1\na 1 2 3 4 5 6\n",
    "p max 2 2\na 1 2 1\na 99999999999999999999 2 3\n", "p max 2 1\na 1 2 1\na 1 2 3\n",
    "p max 0 2\n\na 1 2 3\n",
  ])
  func faultsAmongPlainLinesAreFound(text: String) {
    let error = #expect(throws: DIMACSError.self) { try Self.graph(text, .maximumFlow) }
    guard case .corrupt(_, 3, _, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == "'\(text.split(separator: "\n").last ?? "")'")
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try TemporaryFolder()
    for (bytes, name) in [
      ([0x1F, 0x8B, 8, 0], "a compressed file"), ([0xFE, 0xFF, 0, 0x70], "UTF-16"),
    ] as [([UInt8], String)] {
      let path = folder.path + "/x.gr"
      try FileBytes.write(bytes, to: path)
      #expect(
        throws: DIMACSError.corrupt(file: path, line: 1, expected: "text", found: name)
      ) { try DIMACSGraph(path: path, problem: .shortestPath) }
    }
  }

  @Test func messagesQuoteLinesShortAndEscaped() throws {
    let error = #expect(throws: DIMACSError.self) {
      try Self.graph(
        "p sp 2 1\na 1 2 \u{1B}[2J\u{202E}\u{2028}" + String(repeating: "y", count: 500),
        .shortestPath)
    }
    let text = "\(try #require(error))"
    #expect(text.contains("found 'a 1 2 \\u{1B}[2J\\u{202E}\\u{2028}yyy") && text.hasSuffix("y…'"))
    #expect(text.count < 220)
    #expect(
      DIMACSError.corrupt(file: "a\nb", line: 1, expected: "c", found: "d").description
        == "a\\nb, line 1: expected c, found d")
  }

  @Test func namesAFileThatIsNotThere() {
    #expect(throws: DIMACSError.self) {
      try DIMACSGraph(path: "/nonexistent/x.gr", problem: .shortestPath)
    }
  }
}
