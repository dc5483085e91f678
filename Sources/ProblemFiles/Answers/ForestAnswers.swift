internal import CombinatorialSolvers
internal import CombinatorialFiles

extension GraphFile {
  /// A minimum spanning tree of each connected part of the graph, for each problem of a batch.
  ///
  /// The parts are joined by edges that cost nothing. Each is the only way between two parts, so that every
  /// spanning tree has all of them: what is left of the least is the least forest, at the same value and with the
  /// same proof.
  package func forests(_ options: AnswerOptions) throws -> [Answer] {
    let costs = try costs()
    let (batch, item) = try costs.split(["arcs"])
    let (numbers, count) = (costs.array.doubles, item[0])
    let sign = options.maximizes ? -1.0 : 1
    return try Answer.oneByOne(
      batch, name: costs.file,
      solve: { index throws(CombinatorialError) in
        let own = numbers[index * count..<(index + 1) * count].map { sign * $0 }
        let bridges = bridges(between: own)
        let edges = zip(graph.tails, graph.heads).map { ($0, $1) } + bridges
        let joined = try UndirectedGraph(nodeCount: graph.nodes, edges: edges)
        return try SpanningTree(joined).solve(own + bridges.map { _ in 0 })
      },
      reason: { describe($0, infeasible: "", costs: costs, batch: $1) },
      parts: { solution, _ in
        let edges = solution.edges.filter { $0 < count }.map { $0 + 1 }
        let words: Words = [
          "value": sign * solution.value, "edges": edges, "trees": graph.nodes - edges.count,
          "largestViolation": solution.largestViolation, "isUnique": solution.isUnique,
          "dualityGap": solution.dualityGap,
        ]
        guard options.includesGradient else { return [words] }
        let gradient: Words = ["gradient": Array(solution.gradient[..<count])]
        return [words, gradient]
      })
  }

  /// Edges from the first node to one of each other part that the edges of finite cost leave.
  private func bridges(between costs: [Double]) -> [(Int, Int)] {
    var parts = DisjointSets(count: graph.nodes)
    for (edge, cost) in costs.enumerated() where cost.isFinite {
      parts.join(graph.tails[edge], graph.heads[edge])
    }
    return parts.roots.dropFirst().map { (0, $0) }
  }
}
