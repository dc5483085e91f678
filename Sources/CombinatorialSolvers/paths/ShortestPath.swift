internal import CombinatorialKernels

/// The shortest path from one node to another of a directed graph.
///
///     z* = min over paths from the source to the target of the sum of the costs of its arcs
///
/// Costs may be negative as long as no cycle that the source reaches is: such a cycle is an error that
/// names it. `+infinity` forbids an arc. NaN and -infinity are refused.
///
/// Every solution comes with potentials p that prove it: `p[head] <= p[tail] + cost` on every arc, with
/// equality along the path, and `p[target] - p[source]` equal to the value.
///
/// No other path is shorter by more than k * 2^-52 of the sum of the magnitudes of its k arcs, whatever the
/// magnitudes of the costs: where they cancel, and rounding could hide which path is shortest, the problem
/// is solved in exact arithmetic. A negative cycle is negative exactly. One whose length is no more than
/// what rounding makes of its costs may count as one of length 0, unless costs lie so far apart that such a
/// rounding of the greatest exceeds the least. A length beyond the largest double is an error.
///
/// Ties: a node keeps the first arc that gives it its distance, where arcs come in the order in which
/// their tails are settled (by distance, then by number), and at one tail as given. The answer depends on
/// the graph and the costs alone.
///
/// Complexity: O((n + m) log n) for n nodes and m arcs of costs at least 0 (Dijkstra 1959,
/// doi:10.1007/BF01386390), O(n + m) if there are negative ones but no cycle, else O(n m) (Bellman 1958,
/// doi:10.1090/qam/102435); in exact arithmetic as many sums of 2 to 34 words.
public struct ShortestPath: Sendable, Hashable {
  /// The graph.
  public var graph: DirectedGraph
  /// Where the path starts.
  public var source: Int
  /// Where the path ends. At the source itself the path has no arcs.
  public var target: Int

  /// A problem on a graph.
  public init(_ graph: DirectedGraph, from source: Int, to target: Int) {
    self.graph = graph
    self.source = source
    self.target = target
  }

  /// Solves the problem.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no path, a negative cycle, a wrong count
  ///   or node.
  public func solve(_ costs: [Float]) throws(CombinatorialError) -> ShortestPathSolution {
    try solve(costs.map(Double.init))
  }

  /// Solves the problem in double precision.
  ///
  /// - Parameter costs: `[arcs]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no path, a negative cycle, a wrong count
  ///   or node.
  public func solve(_ costs: [Double]) throws(CombinatorialError) -> ShortestPathSolution {
    try graph.check(costCount: costs.count, nodes: ["source": source, "target": target])
    do throws(ShortestPathFailure) {
      let output = try costs.withUnsafeBuffer { costs throws(ShortestPathFailure) in
        try ShortestPathKernel.solve(costs, slots: graph.slots, source: source, target: target)
      }
      return ShortestPathSolution(problem: self, costs: costs, output: output)
    } catch {
      throw refusal(error, costs: costs)
    }
  }

  private func refusal(
    _ failure: ShortestPathFailure, costs: [Double]
  ) -> CombinatorialError {
    switch failure {
    case .invalidCost(let arc):
      return .invalidCostAt(batch: 0, position: arc, value: costs[arc])
    case .infeasible:
      return .infeasible(batch: 0)
    case .overflow:
      return .valueOutOfRange(batch: 0)
    case .brokenTree:
      return .shapeMismatch(
        expected: "arcs from node \(source) to node \(target)", found: "a circle of arcs")
    case .negativeCycle(let arcs):
      // From its lowest node on, wherever the search met it.
      let nodes = arcs.map { Int(graph.tails[$0]) }
      let first = nodes.indices.min { nodes[$0] < nodes[$1] } ?? 0
      return .negativeCycle(
        batch: 0, arcs: Array(arcs[first...] + arcs[..<first]),
        nodes: Array(nodes[first...] + nodes[..<first]))
    case .tooLarge:
      return .sizeOverflow("a graph of \(graph.nodeCount) nodes and \(graph.arcCount) arcs")
    }
  }
}

/// A shortest path, and the potentials that prove it.
public struct ShortestPathSolution: Sendable {
  /// z*: the sum over the path, from its start on; the nearest double to the exact sum where rounding makes
  /// more of the former than `arcs * 2^-53` of it.
  public let value: Double
  /// The arcs of the path in order. This is the primal solution u*, hence dz*/dcosts: 1 at these, 0
  /// elsewhere.
  public let arcs: [Int]
  /// The nodes of the path, from the source to the target.
  public let nodes: [Int]
  /// `[nodes]`: the dual solution, 0 at the source and z* at the target: the distances from the source,
  /// but no more than z* if all costs are at least 0, and else +infinity at nodes out of reach. Those that
  /// exact arithmetic found are the nearest doubles, infinite beyond the range of double.
  public let potentials: [Double]

  private let problem: ShortestPath
  private let costs: [Double]

  init(problem: ShortestPath, costs: [Double], output: ShortestPathOutput) {
    self.problem = problem
    self.costs = costs
    arcs = output.arcs.map(Int.init)
    nodes = [problem.source] + output.arcs.map { Int(problem.graph.heads[Int($0)]) }
    value = Sums.rounded(output.arcs.map { costs[Int($0)] })
    potentials = output.potentials
  }

  /// How far the value is from the dual objective, `p[target] - p[source]`, and from being proved by it:
  /// added to it is what the potentials violate on each arc beyond what rounding makes of them, 2^-51 of
  /// `|p[tail]| + |cost|`. 0 up to rounding, and the path is optimal.
  ///
  /// Complexity: O(arcs), at each call.
  public var dualityGap: Double {
    let allowed = 2 * Double.ulpOfOne
    var gap = abs(value - (potentials[problem.target] - potentials[problem.source]))
    for arc in costs.indices {
      let excess = excess(of: arc)
      guard excess > 0 else { continue }
      let size = abs(potentials[Int(problem.graph.tails[arc])]) + abs(costs[arc])
      gap += max(0, excess - allowed * size)
    }
    return gap
  }

  /// How far the potentials are from a proof: the most by which `p[head]` exceeds `p[tail] + cost`, or
  /// differs from it on the path. 0 up to the rounding of the potentials.
  ///
  /// Complexity: O(arcs), at each call.
  public var largestViolation: Double {
    let violation = costs.indices.reduce(0.0) { max($0, excess(of: $1)) }
    return arcs.reduce(violation) { max($0, abs(excess(of: $1))) }
  }

  /// By how much the potential of an arc's head exceeds `p[tail] + cost`; 0 where that is not finite.
  private func excess(of arc: Int) -> Double {
    let offer = potentials[Int(problem.graph.tails[arc])] + costs[arc]
    return offer.isFinite ? potentials[Int(problem.graph.heads[arc])] - offer : 0
  }
}
