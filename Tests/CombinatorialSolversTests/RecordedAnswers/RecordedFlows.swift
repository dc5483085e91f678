import CombinatorialKernels
import CombinatorialSolvers

extension RecordedProblem {
  static let flows = [
    RecordedProblem(name: "MaximumFlow", answer: maximumFlow),
    RecordedProblem(name: "MaximumFlow, batches of floats", answer: maximumFlowBatch),
    RecordedProblem(name: "GridCut", answer: gridCut),
    RecordedProblem(name: "GridCut, batches of floats", answer: gridCutBatch),
    RecordedProblem(name: "MinimumCostFlow", answer: minimumCostFlow),
  ]

  private static func network(_ draw: inout AnswerDraw) throws -> MaximumFlow {
    let nodes = draw.size(from: 2)
    let source = draw.below(nodes)
    return try MaximumFlow(
      nodes: nodes, arcs: draw.arcs(nodes: nodes, withCircle: draw.once(in: 2)), source: source,
      sink: (source + draw.integer(1...nodes - 1)) % nodes)
  }

  private static func maximumFlow(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let problem = try network(&draw)
    let solution = try problem.solve(draw.costs(problem.tails.count, signed: false))
    hash.add(solution.value)
    hash.add(solution.flow)
    hash.add(solution.isOnSourceSide)
    hash.add(solution.cutArcs)
    hash.prove(solution.imbalances)
    hash.prove(solution.dualityGap, solution.infeasibility)
  }

  private static func maximumFlowBatch(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let problem = try network(&draw)
    let capacities = draw.costs(3 * problem.tails.count, signed: false).map(Float.init)
    let output = try capacities.withUnsafeBufferPointer {
      try problem.solve($0, batch: 3, withFlow: true)
    }
    add(output, to: &hash)
  }

  private static func gridCut(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.integer(0...9), draw.integer(0...9))
    let problem = GridCut(neighbours: draw.once(in: 2) ? .four : .eight)
    let solution = try problem.solve(
      gridCosts(&draw, cells: rows * columns, neighbours: problem.neighbours), rows: rows,
      columns: columns)
    hash.add(solution.value)
    hash.add(solution.isOnSourceSide)
    hash.add(solution.flow)
    hash.add(solution.cutCosts)
    hash.prove(solution.imbalances)
    hash.prove(solution.dualityGap, solution.infeasibility)
  }

  private static func gridCutBatch(_ draw: inout AnswerDraw, _ hash: inout AnswerHash) throws {
    let (rows, columns) = (draw.integer(0...9), draw.integer(0...9))
    let problem = GridCut(neighbours: draw.once(in: 2) ? .four : .eight)
    let costs = (0..<2).flatMap { _ in
      gridCosts(&draw, cells: rows * columns, neighbours: problem.neighbours).map(Float.init)
    }
    let shape = GridCutShape(
      batch: 2, rows: rows, columns: columns, neighbours: problem.neighbours.rawValue)
    let output = try costs.withUnsafeBufferPointer {
      try problem.solve($0, shape: shape, withFlow: true)
    }
    add(output, to: &hash)
  }

  private static func gridCosts(
    _ draw: inout AnswerDraw, cells: Int, neighbours: GridCut.Neighbours
  ) -> [Double] {
    draw.costs(2 * cells) + draw.costs(neighbours.rawValue * cells, signed: draw.once(in: 40))
  }

  private static func add(_ output: MinimumCutOutput, to hash: inout AnswerHash) {
    hash.add(output.values)
    hash.add(output.sourceSide)
    hash.add(output.flow)
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
    let solution = try MinimumCostFlow(
      nodes: nodes, sources: arcs.map(\.tail), targets: arcs.map(\.head)
    ).solve(costs: costs, supplies: supplies, capacities: isLimited ? capacities : nil)
    hash.add(solution.value)
    hash.add(solution.flows)
    hash.add(solution.potentials)
    hash.add(solution.capacityPrices)
    hash.prove(solution.imbalances)
    hash.prove(solution.dualityGap, solution.infeasibility)
  }
}
