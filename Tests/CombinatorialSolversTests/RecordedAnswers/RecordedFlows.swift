import CombinatorialSolvers

extension RecordedProblem {
  static let flows: [RecordedProblem] = [
    .init("MaximumFlow", maximumFlow), .init("MaximumFlow, batches of floats", maximumFlowBatch),
    .init("GridCut", gridCut), .init("GridCut, batches of floats", gridCutBatch),
    .init("MinimumCostFlow", minimumCostFlow),
  ]

  private static func network(_ draw: inout AnswerDraw) throws -> MaximumFlow {
    let nodes = draw.size(from: 2)
    let source = draw.below(nodes)
    return MaximumFlow(
      try DirectedGraph(
        nodeCount: nodes, arcs: draw.arcs(nodes: nodes, withCircle: draw.once(in: 2))),
      from: source, to: (source + draw.integer(1...nodes - 1)) % nodes)
  }

  private static func maximumFlow(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let problem = try network(&draw)
    let solution = try problem.solve(draw.costs(problem.graph.arcCount, signed: false))
    hash.add(solution.value, solution.flow, solution.isOnSourceSide, solution.cutArcs)
    hash.prove(solution.imbalances)
    hash.prove(solution.dualityGap, solution.infeasibility)
  }

  private static func maximumFlowBatch(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let problem = try network(&draw)
    let capacities = draw.costs(3 * problem.graph.arcCount, signed: false).map(Float.init)
    let solutions = try problem.solve(capacities, batch: 3)
    hash.add(solutions.values, solutions.isOnSourceSide, solutions.flow)
  }

  private static func gridCut(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.integer(0...9), draw.integer(0...9))
    let problem = GridCut(neighbors: draw.once(in: 2) ? .four : .eight)
    let solution = try problem.solve(
      gridCosts(&draw, cells: rows * columns, neighbors: problem.neighbors), rows: rows,
      columns: columns)
    hash.add(solution.value, solution.isOnSourceSide, solution.flow, solution.cutCosts)
    hash.prove(solution.imbalances)
    hash.prove(solution.dualityGap, solution.infeasibility)
  }

  private static func gridCutBatch(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.integer(0...9), draw.integer(0...9))
    let problem = GridCut(neighbors: draw.once(in: 2) ? .four : .eight)
    let costs = (0..<2).flatMap { _ in
      gridCosts(&draw, cells: rows * columns, neighbors: problem.neighbors).map(Float.init)
    }
    let solutions = try problem.solve(costs, batch: 2, rows: rows, columns: columns)
    hash.add(solutions.values, solutions.isOnSourceSide, solutions.flow)
  }

  private static func gridCosts(
    _ draw: inout AnswerDraw, cells: Int, neighbors: GridCut.Neighbors
  ) -> [Double] {
    draw.costs(2 * cells) + draw.costs(neighbors.rawValue * cells, signed: draw.once(in: 40))
  }

  private static func minimumCostFlow(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let nodes = draw.size(from: 1)
    let arcs = draw.arcs(nodes: nodes, withCircle: !draw.once(in: 10))
    let isLimited = draw.once(in: 2)
    let costs = draw.costs(arcs.count, signed: isLimited || draw.once(in: 8))
    // Of one kind, so that sums are exact more often than not.
    let amounts = draw.numbers(nodes + arcs.count, signed: false)
    var supplies = [Double](repeating: 0, count: nodes)
    for amount in amounts.prefix(nodes) {
      supplies[draw.below(nodes)] += amount
      supplies[draw.below(nodes)] -= amount
    }
    if draw.once(in: 50) { supplies[0] += 1 }
    var capacities = amounts.suffix(arcs.count).map { 2 * $0 }
    // A circle that lets everything pass, in most.
    if draw.below(4) > 0 { for arc in capacities.indices.prefix(nodes) { capacities[arc] *= 64 } }
    let solution = try MinimumCostFlow(DirectedGraph(nodeCount: nodes, arcs: arcs)).solve(
      costs: costs, supplies: supplies, capacities: isLimited ? capacities : nil)
    hash.add(solution.value, solution.flows, solution.potentials, solution.capacityPrices)
    hash.prove(solution.imbalances)
    hash.prove(solution.dualityGap, solution.infeasibility)
  }
}
