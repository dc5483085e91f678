import CombinatorialSolvers
import ProblemFiles

extension PreparedProblem {
  /// Values of shortest paths over grids.
  static func gridPath(_ inputs: [NumPyArray], threads: Int) throws -> PreparedProblem {
    guard inputs.count == 2, inputs[0].shape.count == 3, !inputs[0].shape.contains(0),
      case .float(let costs) = inputs[0].elements, let neighbors = inputs[1].numbers.first,
      neighbors == 4 || neighbors == 8
    else {
      throw BenchmarksError.expected(
        "float32 costs [batch, rows, columns] and 4 or 8 neighbors", found: inputs)
    }
    let shape = inputs[0].shape
    let problems = GridPathProblems(
      batch: shape[0], rows: shape[1], columns: shape[2], neighbors: Int(neighbors),
      costs: costs)
    return PreparedProblem(
      instances: shape[0], run: { try problems.solve(.current, threads: threads) },
      check: { try problems.checkOptimality() },
      results: { [try NumPyArray(shape: [shape[0]], elements: .double(problems.values))] })
  }

  /// The value of a spanning tree of an undirected graph; the last node is that of the largest number.
  static func spanningTree(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let (costs, edges) = try edges(inputs, count: 2)
    let graph = try UndirectedGraph(
      nodeCount: 1 + edges.reduce(0) { max($0, $1.0, $1.1) }, edges: edges)
    return single(SpanningTree(graph), costs, wrong: "the spanning tree is not a minimum") {
      $0.isSpanningTree && $0.largestViolation == 0
    }
  }

  /// The value of a shortest path in a directed graph from the first given node to the second.
  static func shortestPath(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let (costs, graph, source, target) = try graphWithEnds(inputs)
    let problem = ShortestPath(graph, from: source, to: target)
    return single(problem, costs, wrong: "the potentials do not prove the path") {
      $0.largestViolation <= 1e-9
    }
  }

  /// The value of a spanning arborescence of a directed graph from the given root.
  static func arborescence(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let (costs, arcs) = try edges(inputs, count: 3)
    guard let root = inputs[2].numbers.first, root >= 0 else {
      throw BenchmarksError.badRequest("expected a root")
    }
    let problem = SpanningArborescence(try directedGraph(arcs, with: Int(root)), root: Int(root))
    return single(problem, costs, wrong: "the duals do not prove the arborescence") {
      $0.largestViolation <= 1e-9
    }
  }

  /// The value of a maximum flow, which is found too, from the first given node to the second.
  static func maximumFlow(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let (capacities, graph, source, sink) = try graphWithEnds(inputs)
    let problem = MaximumFlow(graph, from: source, to: sink)
    return single(problem, capacities, wrong: "the cut does not prove the flow") {
      $0.dualityGap <= 1e-9 * max(1, $0.value)
    }
  }

  /// The cost of a flow that meets the given supplies, one for each node.
  static func minimumCostFlow(_ inputs: [NumPyArray]) throws -> PreparedProblem {
    let (costs, arcs) = try edges(inputs, count: 4)
    guard inputs[2].shape == inputs[0].shape, inputs[3].shape.count == 1 else {
      throw BenchmarksError.expected(
        "costs [arcs], ends [arcs, 2], capacities [arcs] and supplies [nodes]", found: inputs)
    }
    let problem = MinimumCostFlow(
      try directedGraph(arcs, with: inputs[3].shape[0] - 1), supplies: inputs[3].numbers,
      capacities: inputs[2].numbers)
    return single(problem, costs, wrong: "the potentials do not prove the flow") {
      $0.dualityGap <= 1e-9 * max(1, abs($0.value))
    }
  }

  private static func single<Problem: ListProblem>(
    _ problem: Problem, _ costs: [Double], wrong: String,
    isRight: @escaping (Problem.Solutions.Element) -> Bool
  ) -> PreparedProblem {
    let outcome = Outcome<Problem.Solutions.Element>()
    return PreparedProblem(
      instances: 1, run: { outcome.value = try problem.solve(costs) },
      check: {
        guard outcome.value.map(isRight) ?? false else { throw BenchmarksError.wrongResult(wrong) }
      },
      results: { [try NumPyArray(shape: [1], elements: .double([outcome.value?.value ?? .nan]))] })
  }

  /// The numbers of arcs, their graph, and two of its nodes.
  private static func graphWithEnds(
    _ inputs: [NumPyArray]
  ) throws -> (numbers: [Double], DirectedGraph, Int, Int) {
    let (numbers, arcs) = try edges(inputs, count: 3)
    let ends = inputs[2].numbers.map { Int($0) }
    guard ends.count == 2, ends.allSatisfy({ $0 >= 0 }) else {
      throw BenchmarksError.badRequest("expected two nodes, found \(ends)")
    }
    return (numbers, try directedGraph(arcs, with: max(ends[0], ends[1])), ends[0], ends[1])
  }

  /// A graph whose last node is the greatest that an arc or `node` names.
  private static func directedGraph(
    _ arcs: [(Int, Int)], with node: Int
  ) throws -> DirectedGraph {
    try DirectedGraph(
      nodeCount: 1 + arcs.reduce(node) { max($0, $1.0, $1.1) },
      arcs: arcs.map { (tail: $0.0, head: $0.1) })
  }

  /// Costs, and the ends of each edge.
  private static func edges(
    _ inputs: [NumPyArray], count: Int
  ) throws -> (costs: [Double], edges: [(Int, Int)]) {
    guard inputs.count == count, inputs[0].shape.count == 1,
      inputs[1].shape == [inputs[0].shape[0], 2]
    else {
      throw BenchmarksError.expected(
        "costs [edges] and ends [edges, 2]", found: inputs)
    }
    let ends = inputs[1].numbers.map { Int($0) }
    return (inputs[0].numbers, (0..<ends.count / 2).map { (ends[2 * $0], ends[2 * $0 + 1]) })
  }
}
