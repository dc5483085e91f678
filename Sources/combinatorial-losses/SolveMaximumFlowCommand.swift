import ArgumentParser
import ProblemFiles

struct SolveMaximumFlowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maximum-flow",
    abstract: "Find a maximum flow and the minimum cut; print one JSON object on one line.",
    discussion: """
      The object has value, flow (of each arc), sourceSide (the nodes on the source's side of the \
      minimum cut), cutArcs (the arcs that cross it: the derivative of the value by their capacities is \
      1), dualityGap and infeasibility (what the flow breaks its rules by at most). Arcs and nodes are \
      numbered from 1, as in the file. An unbounded flow is bad data.
      """)

  @Argument(
    help: ArgumentHelp(
      "A graph in the DIMACS format 'p max'; - is standard input.",
      discussion: "'a TAIL HEAD CAPACITY', nodes from 1; 'n NODE s' and 'n NODE t'.",
      valueName: "graph.max"))
  var graph: String

  func run() throws {
    try reportingErrors { try StandardOutput.write(line: MaximumFlowReport(dimacs: graph).json()) }
  }
}
