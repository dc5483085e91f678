public import CombinatorialKernels

/// The minimum spanning tree of an undirected graph.
///
///     z* = min over spanning trees of the sum of the costs of their edges
///
///     let streets = try UndirectedGraph(nodeCount: 3, edges: [(0, 1), (1, 2), (0, 2)])
///     try SpanningTree(streets).solve([2, 3, 7]).edges  // [0, 1]
///
/// As a linear program it has a constraint for every subset of the nodes, which nobody writes down: the
/// greedy algorithm finds u* without a dual solution. The proof is edge by edge instead: each edge of the
/// tree is a cheapest one of the cut that its removal opens, or, which is the same, each other edge is a
/// dearest one of the cycle that it closes. See ``SpanningTreeSolution/largestViolation``.
///
/// Costs may be any numbers. `+infinity` forbids an edge. NaN and -infinity are refused, and so is a graph
/// that is not connected. Loops are never taken. Costs are compared, never added: the tree is exact
/// whatever their magnitudes. A value beyond the largest double is an error.
///
/// Ties: edges with equal costs count in the order in which they are given, which leaves one tree.
///
/// Complexity: O(m a(n)) time for n nodes and m edges, a the inverse of Ackermann's function, after sorting
/// by digits in O(m), or in O(m log m) where costs agree in their leading bits.
///
/// J. B. Kruskal, Proc. AMS 7 (1956), doi:10.1090/S0002-9939-1956-0078686-7.
public struct SpanningTree: ListProblem, Hashable {
  /// The graph.
  public var graph: UndirectedGraph

  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A problem on a graph.
  public init(_ graph: UndirectedGraph, maxThreads: Int? = nil) {
    (self.graph, self.maxThreads) = (graph, maxThreads)
  }

  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no tree, a wrong count.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> SpanningTreeBatch {
    try shape.validate(costCount: costs.count, ofList: graph.edgeCount, kind: "edge")
    return try SpanningTreeBatch(self, CostInput(costs), shape: shape)
  }
}
