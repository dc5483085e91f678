import CombinatorialSolvers
import DifferentiableTensor

/// A problem of each solver whose single solve takes long, at the largest usual sizes: what there is to stop.
struct LongSolve: Sendable {
  let name: String
  /// The problem at a share of its size, ready to be solved any number of times.
  let instance: @Sendable (_ scale: Double) throws -> @Sendable () throws -> Void

  private init<Problem: MatrixProblem>(
    _ name: String, _ problem: @escaping @Sendable (_ rows: Int, _ columns: Int) -> Problem,
    rows: Int, columns: Int, numbers: Numbers = .uniform
  ) {
    self.name = name
    instance = { scale in
      let (rows, columns) = (scaled(rows, scale), scaled(columns, scale))
      let problem = problem(rows, columns)
      let costs = numbers.array(problem.channels * rows * columns, width: columns)
      return { _ = try problem.solve(costs, rows: rows, columns: columns) }
    }
  }

  private init(
    _ name: String, instance: @escaping @Sendable (Double) throws -> @Sendable () throws -> Void
  ) {
    (self.name, self.instance) = (name, instance)
  }

  private init<Problem: ListProblem>(
    graph name: String, nodes: Int, arcs: Int, numbers: Numbers = .uniform,
    _ problem: @escaping @Sendable (_ ends: [(Int, Int)], _ nodes: Int) throws -> Problem
  ) {
    self.name = name
    instance = { scale in
      let (nodes, arcs) = (scaled(nodes, scale), scaled(arcs, scale))
      var random = SeededGenerator(seed: 1)
      // A path through all nodes, so that each can be reached.
      let ends = (0..<arcs).map { arc in
        arc + 1 < nodes ? (arc, arc + 1) : (random.below(nodes), random.below(nodes))
      }
      let problem = try problem(ends, nodes)
      let costs = numbers.array(arcs, width: arcs)
      return { _ = try problem.solve(costs) }
    }
  }

  static let all = matching + sequences + graphs + flows + transport

  private static let matching: [LongSolve] = [
    LongSolve("assignment", { _, _ in Assignment() }, rows: 4_000, columns: 4_000),
    LongSolve(
      "assignment, few-valued", { _, _ in Assignment() }, rows: 4_000, columns: 4_000, numbers: .few
    ),
    LongSolve(
      "assignment, products", { _, _ in Assignment() }, rows: 4_000, columns: 4_000,
      numbers: .products),
    LongSolve(
      "assignment, exact", { _, _ in Assignment() }, rows: 1_500, columns: 1_500, numbers: .apart),
    LongSolve(
      "assignment, unmatched", { _, _ in Assignment(unmatchedCost: 0.1) }, rows: 3_000,
      columns: 3_000),
    LongSolve(
      "semi-assignment", { SemiAssignment(capacities: .init(repeating: 1 + $0 / $1, count: $1)) },
      rows: 4_000, columns: 2_000),
    LongSolve(
      "semi-assignment, exact",
      { SemiAssignment(capacities: .init(repeating: 1 + $0 / $1, count: $1)) }, rows: 1_500,
      columns: 500, numbers: .apart),
    LongSolve(
      "bottleneck assignment", { _, _ in BottleneckAssignment() }, rows: 4_000, columns: 4_000),
    LongSolve(
      "ranked assignment", { _, _ in RankedAssignment(count: 100) }, rows: 1_000, columns: 1_000),
    LongSolve(
      "ranked assignment, exact", { _, _ in RankedAssignment(count: 20) }, rows: 300, columns: 300,
      numbers: .apart),
    LongSolve("sparse assignment") { try sparseAssignment(scaled(200_000, $0), numbers: .uniform) },
    LongSolve("sparse assignment, exact") {
      try sparseAssignment(scaled(20_000, $0), numbers: .apart)
    },
  ]

  private static let sequences: [LongSolve] = [
    LongSolve("alignment", { _, _ in Alignment() }, rows: 10_000, columns: 10_000),
    LongSolve(
      "alignment, exact", { _, _ in Alignment() }, rows: 3_000, columns: 3_000, numbers: .apart),
    LongSolve(
      "soft alignment", { _, _ in SoftAlignment(temperature: 0.1) }, rows: 4_000, columns: 4_000),
    LongSolve("letter alignment") { scale in
      var random = SeededGenerator(seed: 1)
      let both = (0..<2).map { _ in (0..<scaled(60_000, scale)).map { _ in UInt8(random.below(4)) }
      }
      return {
        _ = try LetterAlignment().solve(both[0], both[1], costs: LetterCosts<Float>(letters: 4))
      }
    },
    LongSolve("chain labeling") { try chain(1_000, 300, scale: $0, numbers: .uniform) },
    LongSolve("chain labeling, exact") { try chain(1_000, 100, scale: $0, numbers: .apart) },
    LongSolve("knapsack") { scale in
      var random = SeededGenerator(seed: 1)
      let items = scaled(4_000, scale)
      let sack = Knapsack(
        weights: (0..<items).map { _ in 1 + random.below(500) }, capacity: scaled(400_000, scale))
      let costs = Numbers.uniform.array(items, width: items).map { -$0 }
      return { _ = try sack.solve(costs) }
    },
  ]

  private static let graphs: [LongSolve] = [
    LongSolve(
      "grid path, maze", { _, _ in GridShortestPath() }, rows: 2_000, columns: 2_000,
      numbers: .powers),
    LongSolve(graph: "shortest path", nodes: 1_000_000, arcs: 4_000_000) {
      ShortestPath(
        try DirectedGraph(nodeCount: $1, arcs: $0.map { (tail: $0.0, head: $0.1) }), from: 0,
        to: $1 - 1)
    },
    LongSolve(graph: "shortest path, exact", nodes: 100_000, arcs: 400_000, numbers: .apart) {
      (ends, nodes) in
      // Without cycles, as a negative one has no shortest path.
      let upwards = ends.map { (from, to) in
        let tail = min(from, to, nodes - 2)
        return (tail: tail, head: max(from, to, tail + 1))
      }
      return ShortestPath(
        try DirectedGraph(nodeCount: nodes, arcs: upwards), from: 0, to: nodes - 1)
    },
    LongSolve(graph: "spanning tree", nodes: 1_000_000, arcs: 4_000_000) {
      SpanningTree(try UndirectedGraph(nodeCount: $1, edges: $0))
    },
    LongSolve(graph: "spanning arborescence", nodes: 250_000, arcs: 1_000_000) {
      SpanningArborescence(
        try DirectedGraph(nodeCount: $1, arcs: $0.map { (tail: $0.0, head: $0.1) }), root: 0)
    },
    LongSolve(
      graph: "spanning arborescence, exact", nodes: 30_000, arcs: 120_000, numbers: .apart
    ) {
      SpanningArborescence(
        try DirectedGraph(nodeCount: $1, arcs: $0.map { (tail: $0.0, head: $0.1) }), root: 0)
    },
    LongSolve("matroid basis") { scale in
      let elements = scaled(60_000, scale)
      let basis = MatroidBasis(UniformMatroid(elementCount: elements, rank: elements / 2))
      let costs = Numbers.uniform.array(elements, width: elements)
      return { _ = try basis.solve(costs) }
    },
  ]

  private static let flows: [LongSolve] = [
    LongSolve(graph: "maximum flow", nodes: 250_000, arcs: 1_000_000) {
      MaximumFlow(
        try DirectedGraph(nodeCount: $1, arcs: $0.map { (tail: $0.0, head: $0.1) }), from: 0,
        to: $1 - 1)
    },
    LongSolve(graph: "maximum flow, exact", nodes: 10_000, arcs: 40_000, numbers: .magnitudes) {
      MaximumFlow(
        try DirectedGraph(nodeCount: $1, arcs: $0.map { (tail: $0.0, head: $0.1) }), from: 0,
        to: $1 - 1)
    },
    LongSolve("grid cut", { _, _ in GridCut(neighbors: .four) }, rows: 2_000, columns: 2_000),
    LongSolve(
      "grid cut, exact", { _, _ in GridCut(neighbors: .four) }, rows: 500, columns: 500,
      numbers: .magnitudes),
    LongSolve("minimum-cost flow") { try minimumCostFlow(scaled(50_000, $0), numbers: .uniform) },
    LongSolve("minimum-cost flow, exact") {
      try minimumCostFlow(scaled(5_000, $0), numbers: .apart)
    },
  ]

  private static let transport: [LongSolve] = [
    LongSolve("transport") { transportProblem(scaled(2_000, $0), numbers: .uniform) },
    LongSolve("transport, exact") { transportProblem(scaled(1_500, $0), numbers: .apart) },
    LongSolve("transport on the line") { scale in
      let count = scaled(1_000_000, scale)
      let sources = Numbers.uniform.array(count, width: count)
      let masses = [Double](repeating: 1, count: count)
      return {
        _ = try TransportOnLine(power: 2).valuesAndGradient(
          sources: sources, targets: sources.map { $0 * $0 }, supply: masses, demand: masses)
      }
    },
    LongSolve("transport in space") { scale in
      let count = scaled(20_000, scale)
      let sources = Numbers.uniform.array(2 * count, width: count)
      let masses = [Double](repeating: 1, count: count)
      return {
        _ = try TransportInSpace().valuesAndGradient(
          sources: sources, targets: sources.map { $0 * $0 }, dimensions: 2, supply: masses,
          demand: masses)
      }
    },
    LongSolve("Sinkhorn") { scale in
      let size = scaled(4_000, scale)
      let costs = Numbers.uniform.array(size * size, width: size)
      let masses = [Double](repeating: 1, count: size)
      return {
        _ = try Sinkhorn(temperature: 1e-3).solve(costs, supply: masses, demand: masses)
      }
    },
  ]
}

// MARK: - Problems that take more than a matrix

private func sparseAssignment(
  _ rows: Int, numbers: Numbers
) throws -> @Sendable () throws -> Void {
  var random = SeededGenerator(seed: 1)
  // The diagonal, so that there is a matching, and nine columns more.
  let columns = (0..<rows).flatMap { row in
    [Int32(row)] + (0..<9).map { _ in Int32(random.below(rows)) }
  }
  let problem = try SparseAssignment(
    rows: rows, columns: rows, rowOffsets: (0...rows).map { 10 * $0 }, columnIndices: columns)
  let costs = numbers.array(columns.count, width: 10)
  return { _ = try problem.solve(costs) }
}

private func chain(
  _ positions: Int, _ labels: Int, scale: Double, numbers: Numbers
) throws -> @Sendable () throws -> Void {
  let (positions, labels) = (scaled(positions, scale), scaled(labels, scale))
  let unary = numbers.array(positions * labels, width: labels)
  let steps = numbers.array((positions - 1) * labels * labels, width: labels)
  return { _ = try ChainLabeling().solve(unary: unary, steps: steps, labels: labels) }
}

private func minimumCostFlow(
  _ nodes: Int, numbers: Numbers
) throws -> @Sendable () throws -> Void {
  var random = SeededGenerator(seed: 1)
  let arcs = (0..<8 * nodes).map { arc in
    (
      tail: arc < nodes ? arc : random.below(nodes),
      head: arc < nodes ? (arc + 1) % nodes : random.below(nodes)
    )
  }
  let supplies = (0..<nodes).map { $0 % 2 == 0 ? 1.0 : -1.0 }
  let problem = MinimumCostFlow(
    try DirectedGraph(nodeCount: nodes, arcs: arcs), supplies: supplies)
  let costs = numbers.array(arcs.count, width: nodes).map { abs($0) }
  return { _ = try problem.solve(costs) }
}

private func transportProblem(_ size: Int, numbers: Numbers) -> @Sendable () throws -> Void {
  let costs = numbers.array(size * size, width: size)
  var random = SeededGenerator(seed: 1)
  let supply = (0..<size).map { _ in Double(1 + random.below(1_000)) }
  let demand = supply.reversed() as [Double]
  return { _ = try Transport().solve(costs, supply: supply, demand: demand) }
}

private func scaled(_ size: Int, _ scale: Double) -> Int { max(2, Int(Double(size) * scale)) }

// MARK: - Numbers

/// Families of costs.
private enum Numbers {
  case uniform
  /// 0 ... 9: most searches are long.
  case few
  /// (i + 1) (j + 1).
  case products
  /// Of either sign, from 1e-150 to 1e150: doubles cannot tell the answer.
  case apart
  /// The same, of at least 0.
  case magnitudes
  /// Mostly close to 0, some above all sums of others: paths wind.
  case powers

  func array(_ count: Int, width: Int) -> [Double] {
    var random = SeededGenerator(seed: 1)
    return (0..<count).map { place in
      switch self {
      case .uniform: random.unit()
      case .few: Double(random.below(10))
      case .products: Double((place / width + 1) * (place % width + 1))
      case .apart: random.apart() * (random.below(2) == 0 ? 1 : -1)
      case .magnitudes: random.apart()
      case .powers: random.below(3) == 0 ? 1e6 * random.unit() : random.unit()
      }
    }
  }
}

extension SeededGenerator {
  fileprivate mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

  /// A number times a power of two from 2^-500 to 2^500.
  fileprivate mutating func apart() -> Double {
    Double(sign: .plus, exponent: below(1_001) - 500, significand: 1 + unit())
  }
}
