import ArgumentParser
import CombinatorialSolvers
import ProblemFiles

/// A graph from a DIMACS file.
struct GraphInput: ParsableArguments {
  @Argument(
    help: .value(
      "graph", "A graph in the DIMACS format that the description names; - is standard input."))
  var graph: String

  @Option(
    help: .value("npy", "Other weights for the arcs, [arcs] or [batch, arcs], as NumPy's .npy."))
  var costs: String?

  func read(
    _ problem: DIMACSGraph.Problem, isUndirected: Bool = false
  ) throws -> GraphFile {
    try GraphFile(
      contentsOf: graph, problem, costsAt: costs, isUndirected: isUndirected)
  }
}

struct SolveShortestPath: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "shortest-path",
    abstract: "Find a shortest path in a graph, or the distances of all nodes.",
    discussion: """
      The graph is 'p sp NODES ARCS', 'a TAIL HEAD LENGTH'; nodes and arcs count from 1. The words are nodes, arcs, \
      potentials (the proof; null out of reach) and isUnique. With --all they are source, distances (null: out of \
      reach), predecessors and arcsInto (null: none), and largestViolation (0: the proof). Lengths may be negative; \
      with a negative cycle within reach the problem is unbounded.
      """)

  @OptionGroup var input: GraphInput

  @Option(help: .value("node", "Where the path starts. Default: the file's 'n NODE s', or node 1."))
  var from: Int?

  @Option(
    help: .value("node", "Where the path ends. Default: the file's 'n NODE t', or the last node."))
  var to: Int?

  @Flag(help: "Find the shortest paths to all nodes.") var all = false

  @Flag(help: "Let every arc lead both ways.") var undirected = false

  @Flag(
    help: "Print lengths less the differences of potentials too: at least 0, and 0 on the path.")
  var reducedCosts = false

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    if all, to != nil || answering.gradient || answering.maximize || reducedCosts {
      throw ValidationError("--all goes with --from, --costs and --undirected alone")
    }
  }

  func answers() throws -> [Answer] {
    let file = try input.read(.shortestPath, isUndirected: undirected)
    let graph = file.graph
    let source = try file.node(from, option: "from", else: graph.source ?? 0)
    if all { return try file.distances(from: source) }
    let target = try file.node(to, option: "to", else: graph.sink ?? graph.nodes - 1)
    return try file.answers(
      ShortestPath(file.directed(), from: source, to: target), answering.answer,
      infeasible: "no path leads from node \(source + 1) to node \(target + 1)"
    ) { solved in
      let solution = solved.solution
      let words: Words = [
        "nodes": solution.nodes.map { $0 + 1 },
        "arcs": solution.arcs.map { file.number(ofArc: $0) }, "isUnique": solution.isUnique,
      ]
      guard reducedCosts else { return words }
      return words + [
        "reducedCosts": file.reducedCosts(solved, solution.potentials, answering.answer)
      ]
    }
  }
}

struct SolveSpanningTree: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "spanning-tree",
    abstract: "Find a minimum spanning tree, or a forest.",
    discussion: """
      The graph is 'p edge NODES EDGES', 'e NODE NODE WEIGHT'; edges count from 1. The words are edges, \
      largestViolation (0: the proof) and isUnique; with --forest trees too, how many.
      """)

  @OptionGroup var input: GraphInput

  @Flag(help: "Where the graph is not connected, find a tree of each of its parts.")
  var forest = false

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let file = try input.read(.edges)
    if forest { return try file.forests(answering.answer) }
    return try file.answers(
      SpanningTree(file.undirected()), answering.answer,
      infeasible: "the edges do not connect all nodes"
    ) {
      [
        "edges": $0.solution.edges.map { $0 + 1 },
        "largestViolation": $0.solution.largestViolation, "isUnique": $0.solution.isUnique,
      ]
    }
  }
}

struct SolveSpanningArborescence: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "spanning-arborescence",
    abstract: "Find the cheapest arcs by which a root reaches every node.",
    discussion: """
      The graph is 'p sp NODES ARCS', 'a TAIL HEAD COST'; nodes and arcs count from 1. The words are arcs, arcInto \
      (of each node; 0: none), and of sets of nodes, the nodes themselves first, duals and parents (the set around \
      each; 0: none): the proof.
      """)

  @OptionGroup var input: GraphInput

  @Option(
    help: .value("node", "Where all arcs lead from. Default: the file's 'n NODE s', or node 1."))
  var root: Int?

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let file = try input.read(.shortestPath)
    let root = try file.node(root, option: "root", else: file.graph.source ?? 0)
    return try file.answers(
      SpanningArborescence(file.directed(), root: root), answering.answer,
      infeasible: "node \(root + 1) does not reach all nodes"
    ) { solved in
      [
        "arcs": solved.solution.arcs.map { $0 + 1 },
        "arcInto": solved.solution.arcInto.map { $0 + 1 },
        "parents": solved.solution.parents.map { $0 + 1 },
      ]
    }
  }
}

struct SolveMaximumFlow: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "maximum-flow",
    abstract: "Find a maximum flow and the minimum cut.",
    discussion: """
      The graph is 'p max NODES ARCS', 'a TAIL HEAD CAPACITY', 'n NODE s' and 'n NODE t'; nodes and arcs count from \
      1. The words are flow (of each arc), sourceSide (the nodes on the source's side of the minimum cut), cutArcs \
      (the arcs that cross it: the derivative of the value by their capacities is 1) and infeasibility (what the \
      flow breaks its rules by at most).
      """)

  @OptionGroup var input: GraphInput

  @Option(help: .value("node", "Where the flow comes from. Default: the file's.")) var from: Int?

  @Option(help: .value("node", "Where the flow goes. Default: the file's.")) var to: Int?

  @Flag(help: "Let every arc carry flow both ways; a flow against the arc is negative.")
  var undirected = false

  @OptionGroup var answering: AnsweringOptions

  func validate() throws {
    if answering.maximize {
      throw ValidationError("a flow is greatest anyway: leave out --maximize")
    }
  }

  func answers() throws -> [Answer] {
    let file = try input.read(.maximumFlow, isUndirected: undirected)
    let source = try file.node(from, option: "from", else: file.graph.source)
    let sink = try file.node(to, option: "to", else: file.graph.sink)
    return try file.answers(
      MaximumFlow(file.directed(), from: source, to: sink), answering.answer,
      infeasible: "there is no flow"
    ) { solved in
      let solution = solved.solution
      return [
        "flow": file.perArc(solution.flow, -),
        "sourceSide": solution.isOnSourceSide.indices.filter { solution.isOnSourceSide[$0] }
          .map { $0 + 1 },
        "cutArcs": solution.cutArcs.map { file.number(ofArc: $0) }.sorted(),
        "infeasibility": solution.infeasibility,
      ]
    }
  }
}

struct SolveMinimumCostFlow: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "minimum-cost-flow",
    abstract: "Bring supplies to where they are wanted at the least total cost.",
    discussion: """
      The graph is 'p min NODES ARCS', 'n NODE SUPPLY' (below 0: wanted) and 'a TAIL HEAD LOWER CAPACITY COST'; \
      nodes and arcs count from 1. The words are flows, potentials and capacityPrices (the proof, and derivatives \
      of the value by supplies and capacities).
      """)

  @OptionGroup var input: GraphInput

  @Flag(
    help: "Print costs less the differences of potentials too: at least 0 where an arc has no flow."
  )
  var reducedCosts = false

  @OptionGroup var answering: AnsweringOptions

  func answers() throws -> [Answer] {
    let file = try input.read(.minimumCostFlow)
    let lower = file.graph.bounds.map(\.lower)
    let problem = MinimumCostFlow(
      try file.directed(), supplies: file.suppliesBeyondLowerBounds,
      capacities: file.graph.bounds.map { $0.capacity - $0.lower })
    return try file.answers(
      problem, answering.answer, infeasible: "the arcs cannot carry the supplies"
    ) { solved in
      let solution = solved.solution
      let sign = answering.maximize ? -1.0 : 1
      let carried = zip(solved.costs(), lower).reduce(0) { $0 + ($1.1 > 0 ? $1.0 * $1.1 : 0) }
      let flows = zip(solution.flows, lower).map(+)
      var words: Words = ["flows": flows, "value": sign * solution.value + carried]
      if answering.answer.includesGradient { words = words + ["gradient": flows] }
      guard reducedCosts else { return words }
      return words + [
        "reducedCosts": file.reducedCosts(
          solved, solution.potentials.map { -$0 }, answering.answer)
      ]
    }
  }
}
