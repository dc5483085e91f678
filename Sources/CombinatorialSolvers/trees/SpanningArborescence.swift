public import CombinatorialKernels

/// The minimum spanning arborescence of a directed graph: the cheapest arcs by which a root reaches every
/// node, each other node by one arc into it.
///
///     z* = min over arborescences of the sum of the costs of their arcs
///
///     let road = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
///     try SpanningArborescence(road, root: 0).solve([2, 3, 7]).arcs  // [0, 1]
///
/// Costs may be any numbers. `+infinity` forbids an arc. NaN and -infinity are refused. A node out of reach
/// makes the problem infeasible.
///
/// Every solution comes with duals of sets of nodes that prove it: see
/// ``SpanningArborescenceSolution/duals``.
///
/// No other arborescence costs less by more than `nodes * 2^-52` of the sum of the magnitudes of its arcs,
/// whatever the magnitudes of the costs: where they cancel, and rounding could hide which one is cheapest,
/// the problem is solved in exact arithmetic. A value beyond the largest double is an error.
///
/// Ties: each node, and each cycle that was contracted, takes the cheapest arc into it, of equal ones the
/// first that is given; the search starts at the nodes in ascending order.
///
/// Complexity: O(m log n) time for n nodes and m arcs; in exact arithmetic O(n m) sums of 2 to 34 words.
///
/// J. Edmonds, J. Res. NBS 71B (1967), doi:10.6028/jres.071B.032; H. N. Gabow, Z. Galil, T. Spencer,
/// R. E. Tarjan, Combinatorica 6 (1986), doi:10.1007/BF02579168.
public struct SpanningArborescence: ListProblem, Hashable {
  /// The graph.
  public var graph: DirectedGraph
  /// The node that reaches all others.
  public var root: Int

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem on a graph.
  public init(_ graph: DirectedGraph, root: Int, maxThreads: Int? = nil) {
    (self.graph, self.root, self.maxThreads) = (graph, root, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no arborescence, a wrong count or root.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> SpanningArborescenceBatch {
    try graph.check(shape, costCount: costs.count, nodes: ["root": root])
    return try SpanningArborescenceBatch(self, CostInput(costs), shape: shape)
  }
}
