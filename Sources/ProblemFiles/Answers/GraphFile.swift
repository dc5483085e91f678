package import CombinatorialSolvers
internal import CombinatorialFiles

/// A problem over the graph of a DIMACS file. In the file, nodes and arcs count from 1.
package struct GraphFile: Sendable {
  package let graph: DIMACSGraph
  package let isUndirected: Bool
  /// The weights of the file, or others from an array.
  private let weights: CostArray

  /// Reads a graph, and other weights for its arcs if there are some: [arcs], or [batch, arcs].
  ///
  /// - Parameter isUndirected: Whether each arc of the file leads both ways.
  package init(
    contentsOf path: String, _ problem: DIMACSGraph.Problem, costsAt costs: String? = nil,
    isUndirected: Bool = false
  ) throws {
    graph = try DIMACSGraph(path: path, problem: problem)
    self.isUndirected = isUndirected
    if let costs {
      weights = try CostArray(contentsOf: costs)
      guard try weights.split(["arcs"]).item == [graph.weights.count] else {
        throw weights.shapeError(
          "\(graph.weights.count) numbers for each problem, as many as arcs of \(graph.file)")
      }
    } else {
      let numbers = NumPyArray.Elements.double(graph.weights)
      weights = CostArray(
        try NumPyArray(shape: [graph.weights.count], elements: numbers), file: graph.file)
    }
  }

  /// The arcs of the file, and behind them the same the other way round if they lead both ways.
  package func directed() throws(CombinatorialError) -> DirectedGraph {
    var arcs = zip(graph.tails, graph.heads).map { ($0, $1) }
    if isUndirected { arcs += arcs.map { ($1, $0) } }
    return try DirectedGraph(nodeCount: graph.nodes, arcs: arcs)
  }

  /// The edges of the file.
  package func undirected() throws(CombinatorialError) -> UndirectedGraph {
    try UndirectedGraph(
      nodeCount: graph.nodes, edges: zip(graph.tails, graph.heads).map { ($0, $1) })
  }

  /// A node that is named on the command line, counted from 0.
  package func node(
    _ number: Int?, option: String, else other: Int?
  ) throws(AnswerError) -> Int {
    guard let node = number.map({ $0 &- 1 }) ?? other, node >= 0, node < graph.nodes else {
      throw AnswerError(
        "\(PrintableText.escaped(graph.file)): --\(option): expected a node 1 ... \(graph.nodes), "
          + "found \(number.map { "\($0)" } ?? other.map { "\($0 + 1)" } ?? "none")")
    }
    return node
  }

  /// The number that the file has for an arc.
  package func number(ofArc arc: Int) -> Int { arc % max(1, graph.tails.count) + 1 }

  /// A number for each arc of the file, from those of the arcs in both directions.
  package func perArc(_ numbers: [Double], _ combine: (Double, Double) -> Double) -> [Double] {
    let count = graph.tails.count
    guard isUndirected else { return numbers }
    return (0..<count).map { combine(numbers[$0], numbers[$0 + count]) }
  }

  /// The costs as the solver takes them.
  package func costs() throws -> CostArray {
    guard isUndirected else { return weights }
    let (batch, item) = try weights.split(["arcs"])
    let (numbers, count) = (weights.array.doubles, item[0])
    let twice = (0..<(batch ?? 1)).flatMap { item -> [Double] in
      let own = Array(numbers[item * count..<(item + 1) * count])
      return own + own
    }
    return CostArray(
      try NumPyArray(shape: (batch.map { [$0] } ?? []) + [2 * count], elements: .double(twice)),
      file: weights.file)
  }

  /// Solves a problem over the arcs or edges; the words are those that the command gives it.
  ///
  /// - Parameters:
  ///   - infeasible: What it means that there is no solution.
  ///   - words: Everything but the gap and the gradient, by the numbers of the file.
  package func answers<Problem: ListProblem>(
    _ problem: Problem, _ options: AnswerOptions, infeasible: String,
    words: (Solved<Problem.Solutions.Element>) -> Words
  ) throws -> [Answer] {
    // The gradient is by the arcs of the file, which the solver may have twice.
    var own = options
    own.includesGradient = false
    return try Answer.solving(
      problem, costs(), own, describe: { describe($0, infeasible: infeasible) }
    ) { solved in
      guard options.includesGradient else { return words(solved) }
      let gradient: Words = ["gradient": perArc(solved.solution.gradient, +)]
      return gradient + words(solved)
    }
  }

  /// A solver's refusal of a problem, by the file of its costs.
  func describe(
    _ error: CombinatorialError, infeasible: String, costs: CostArray, batch: Int?
  ) -> String {
    let item = batch.map { "batch \($0): " } ?? ""
    return "\(PrintableText.escaped(costs.file)): \(item)\(describe(error, infeasible: infeasible))"
  }

  /// A solver's refusal, by the numbers of the file.
  private func describe(_ error: CombinatorialError, infeasible: String) -> String {
    switch error.reason {
    case .infeasible: "infeasible: \(infeasible)"
    case .negativeCycle(_, let nodes):
      "unbounded: a cycle of negative length leads through the nodes "
        + nodes.prefix(20).map { "\($0 + 1)" }.joined(separator: " ")
        + (nodes.count > 20 ? " and \(nodes.count - 20) more" : "")
    case .unboundedFlow:
      "unbounded: arcs of infinite capacity lead from source to sink, or round a cycle of negative cost"
    case .invalidCostAt(let position, let value):
      "arc \(number(ofArc: position)): expected a number or \(value > 0 ? "-inf" : "inf"), "
        + "found \(value)"
    case .invalidCapacity(let position, let value):
      "arc \(number(ofArc: position)): expected a capacity of "
        + (value > 0 ? "a finite sum with the others" : "at least 0")
        + ", found \(value)"
    default: error.description(of: "the problem")
    }
  }
}

extension GraphFile {
  /// The shortest paths from a node to all others, for each problem of a batch.
  package func distances(from source: Int) throws -> [Answer] {
    let (costs, graph) = (try costs(), try directed())
    let (batch, item) = try costs.split(["arcs"])
    let (numbers, count) = (costs.array.doubles, item[0])
    return try Answer.oneByOne(
      batch, name: costs.file,
      solve: { index throws(CombinatorialError) in
        let own = Array(numbers[index * count..<(index + 1) * count])
        return try ShortestPathTree(graph, from: source, costs: own)
      },
      reason: { describe($0, infeasible: "", costs: costs, batch: $1) },
      parts: { tree, _ in [words(of: tree, from: source, graph)] })
  }

  private func words(of tree: ShortestPathTree, from source: Int, _ graph: DirectedGraph) -> Words {
    let arcs: [Int?] = tree.arcInto.map { $0 < 0 ? nil : $0 }
    let predecessors: [Int?] = arcs.map { $0.map { Int(graph.tails[$0]) + 1 } }
    let numbers: [Int?] = arcs.map { $0.map { number(ofArc: $0) } }
    let distances: [Double?] = tree.distances.map { $0.isFinite ? $0 : nil }
    return [
      "source": source + 1, "distances": distances, "predecessors": predecessors,
      "arcsInto": numbers, "largestViolation": tree.largestViolation,
    ]
  }

  /// Costs less what potentials rise by along each arc of the file; null where an end is out of reach. Of a maximum
  /// they are those of the negated costs.
  package func reducedCosts<Solution>(
    _ solved: Solved<Solution>, _ potentials: [Double], _ options: AnswerOptions
  ) -> [Double?] {
    zip(zip(graph.tails, graph.heads), solved.costs()).map { ends, cost in
      let reduced = (options.maximizes ? -cost : cost) + potentials[ends.0] - potentials[ends.1]
      return reduced.isFinite ? reduced : nil
    }
  }

  /// What enters a minimum-cost flow at each node beside what lower bounds bring there or take away.
  package var suppliesBeyondLowerBounds: [Double] {
    var supplies = graph.supplies
    for (arc, bound) in graph.bounds.enumerated() where bound.lower > 0 {
      supplies[graph.tails[arc]] -= bound.lower
      supplies[graph.heads[arc]] += bound.lower
    }
    return supplies
  }
}
