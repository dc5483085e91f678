public import CombinatorialKernels

/// The shortest path from one node to another of a directed graph.
///
///     z* = min over paths from the source to the target of the sum of the costs of its arcs
///
///     let road = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
///     try ShortestPath(road, from: 0, to: 2).solve([2, 3, 7]).nodes  // [0, 1, 2]
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
public struct ShortestPath: ListProblem, Hashable {
  /// The graph.
  public var graph: DirectedGraph
  /// Where the path starts.
  public var source: Int
  /// Where the path ends. At the source itself the path has no arcs.
  public var target: Int
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem on a graph.
  public init(
    _ graph: DirectedGraph, from source: Int, to target: Int, maxThreads: Int? = nil
  ) {
    (self.graph, self.source, self.target, self.maxThreads) = (graph, source, target, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no path, a negative cycle, a wrong count
  ///   or node.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> ShortestPathBatch {
    try graph.check(shape, costCount: costs.count, nodes: ["source": source, "target": target])
    return try ShortestPathBatch(self, CostInput(costs), shape: shape)
  }
}
