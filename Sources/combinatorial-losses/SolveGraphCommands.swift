import ArgumentParser
import ProblemFiles

struct SolveShortestPathCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shortest-path",
    abstract: "Find a shortest path in a directed graph; print one JSON object on one line.",
    discussion: """
      The object has value, nodes, arcs (by their number in the file), potentials (the proof of \
      optimality; null out of reach) and dualityGap. Lengths may be negative; a negative cycle within \
      reach is bad data.
      """)

  @Argument(
    help: .value(
      "graph.gr",
      "A graph in the DIMACS format: 'p sp NODES ARCS', 'a TAIL HEAD LENGTH'; - is standard input.")
  )
  var graph: String

  @Option(help: .value("node", "Where the path starts. Default: the file's 'n NODE s', or node 1."))
  var from: Int?

  @Option(
    help: .value("node", "Where the path ends. Default: the file's 'n NODE t', or the last node."))
  var to: Int?

  func run() throws {
    try reportingErrors {
      try StandardOutput.write(line: ShortestPathReport(dimacs: graph, from: from, to: to).json())
    }
  }
}

struct SolveSpanningTreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spanning-tree",
    abstract: "Find a minimum spanning tree; print one JSON object on one line.",
    discussion: """
      The object has value, edges (by their number in the file), largestViolation (0: the proof of \
      optimality) and isUnique.
      """)

  @Argument(
    help: .value(
      "graph.col",
      "A graph in the DIMACS format: 'p edge NODES EDGES', 'e NODE NODE WEIGHT'; - is standard input."
    ))
  var graph: String

  func run() throws {
    try reportingErrors { try StandardOutput.write(line: SpanningTreeReport(dimacs: graph).json()) }
  }
}
