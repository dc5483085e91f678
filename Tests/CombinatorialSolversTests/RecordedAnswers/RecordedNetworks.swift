import CombinatorialSolvers

extension RecordedProblem {
  static let paths: [RecordedProblem] = [
    .init("ShortestPath", shortestPath), .init("GridShortestPath", gridShortestPath),
  ]
  static let trees: [RecordedProblem] = [
    .init("SpanningTree", spanningTree), .init("SpanningArborescence", spanningArborescence),
    .init("MatroidBasis, uniform", uniformMatroid),
    .init("MatroidBasis, partition", partitionMatroid),
    .init("MatroidBasis, graphic", graphicMatroid),
  ]

  private static func shortestPath(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let nodes = draw.size(from: 1)
    var arcs = draw.arcs(nodes: nodes)
    // Costs at least 0; of any sign without cycles; of any sign, where cycles may be negative; and those of
    // the first kind with potentials that leave cycles as they are.
    let kind = draw.below(4)
    if kind == 1 { arcs = arcs.filter { $0.tail < $0.head } }
    var costs = draw.costs(arcs.count, signed: kind == 1 || kind == 2)
    if kind == 3 {
      let potentials = (0..<nodes).map { _ in Double(draw.below(16)) }
      for (arc, ends) in arcs.enumerated() {
        costs[arc] += potentials[ends.head] - potentials[ends.tail]
      }
    }
    let problem = ShortestPath(
      try DirectedGraph(nodeCount: nodes, arcs: arcs), from: draw.below(nodes),
      to: draw.below(nodes))
    let solution =
      draw.once(in: 4) ? try problem.solve(costs.map(Float.init)) : try problem.solve(costs)
    hash.add(solution.value, solution.arcs, solution.nodes, solution.potentials)
    hash.prove(solution.dualityGap, solution.largestViolation)
  }

  private static func gridShortestPath(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (batch, rows, columns) = (draw.integer(1...3), draw.size(), draw.size())
    let problem = GridShortestPath(neighbors: draw.once(in: 2) ? .four : .eight)
    let costs = draw.costs(batch * rows * columns, signed: draw.once(in: 40))
    func cell() -> GridCell { GridCell(row: draw.below(rows), column: draw.below(columns)) }
    let ends =
      draw.once(in: 2) && rows * columns > 0
      ? (0..<batch).map { _ in GridEnds(from: cell(), to: cell()) } : nil
    let solutions =
      draw.once(in: 2)
      ? try problem.solve(costs, batch: batch, rows: rows, columns: columns, itemEnds: ends)
      : try problem.solve(
        costs.map(Float.init), batch: batch, rows: rows, columns: columns, itemEnds: ends)
    for solution in solutions {
      hash.add(
        solution.value, solution.cells.flatMap { [$0.row, $0.column] }, solution.gradient,
        solution.potentials)
      hash.prove(solution.dualityGap)
    }
  }

  private static func graph(_ draw: inout AnswerDraw) throws -> UndirectedGraph {
    let nodes = draw.size()
    return try UndirectedGraph(
      nodeCount: nodes,
      edges: draw.arcs(nodes: nodes, withCircle: !draw.once(in: 20)).map { ($0.tail, $0.head) })
  }

  private static func spanningTree(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let graph = try graph(&draw)
    let costs = draw.costs(graph.edgeCount)
    let problem = SpanningTree(graph)
    let solution =
      draw.once(in: 4) ? try problem.solve(costs.map(Float.init)) : try problem.solve(costs)
    hash.add(solution.value, solution.edges, solution.slacks)
    hash.prove(solution.largestViolation)
    hash.prove(isUnique: solution.isUnique)
  }

  private static func spanningArborescence(
    _ draw: inout AnswerDraw, _ hash: inout AnswerHash
  ) throws {
    let nodes = draw.size(from: 1)
    let arcs = draw.arcs(nodes: nodes)
    let costs = draw.costs(arcs.count)
    let problem = SpanningArborescence(
      try DirectedGraph(nodeCount: nodes, arcs: arcs), root: draw.below(nodes))
    let solution =
      draw.once(in: 4) ? try problem.solve(costs.map(Float.init)) : try problem.solve(costs)
    hash.add(solution.value, solution.arcInto, solution.duals, solution.parents)
    hash.prove(solution.dualityGap, solution.largestViolation)
  }

  private static func uniformMatroid(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let elements = draw.size()
    let rank = draw.integer(0...elements)
    try solve(UniformMatroid(elementCount: elements, rank: rank), &draw, &hash)
  }

  private static func partitionMatroid(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let parts = (0..<draw.size()).map { _ in draw.below(4) }
    let limits = (0..<4).map { _ in draw.below(4) }
    try solve(try PartitionMatroid(parts: parts, limits: limits), &draw, &hash)
  }

  private static func graphicMatroid(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let nodes = draw.integer(0...7)
    let edges = draw.arcs(nodes: nodes, withCircle: false).map { ($0.tail, $0.head) }
    try solve(GraphicMatroid(UndirectedGraph(nodeCount: nodes, edges: edges)), &draw, &hash)
  }

  private static func solve(
    _ matroid: some Matroid, _ draw: inout AnswerDraw, _ hash: inout AnswerHash
  ) throws {
    let solution = try MatroidBasis(matroid).solve(draw.costs(matroid.elementCount))
    hash.add(solution.value, solution.elements)
    hash.prove(solution.largestViolation)
  }
}
