package import CombinatorialKernels

/// The minimum spanning tree of an undirected graph.
///
///     z* = min over spanning trees of the sum of the costs of their edges
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
public struct SpanningTree: Sendable, Hashable {
  /// The graph.
  public var graph: UndirectedGraph

  /// A problem on a graph.
  public init(_ graph: UndirectedGraph) { self.graph = graph }

  /// Solves the problem.
  ///
  /// - Parameter costs: `[edges]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no tree, a wrong count.
  public func solve(_ costs: [Float]) throws(CombinatorialError) -> SpanningTreeSolution {
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs)
    }
    return SpanningTreeSolution(graph: graph, costs: costs.map(Double.init), output: output)
  }

  /// Solves the problem in double precision.
  ///
  /// - Parameter costs: `[edges]`.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no tree, a wrong count.
  public func solve(_ costs: [Double]) throws(CombinatorialError) -> SpanningTreeSolution {
    let output = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
      try solve(costs)
    }
    return SpanningTreeSolution(graph: graph, costs: costs, output: output)
  }

  /// Solves the problem in place, for callers that own memory of their own.
  package func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> SpanningTreeOutput {
    try checkCosts(costs.count, equal: graph.edgeCount, kind: "edge")
    do throws(SpanningFailure) {
      return try SpanningTreeKernel.tree(costs, nodeCount: graph.nodeCount, ends: graph.ends)
    } catch {
      throw CombinatorialError(error, nodeCount: graph.nodeCount) {
        Double(costs[$0])
      }
    }
  }
}

extension CombinatorialError {
  /// The public form of a kernel's refusal.
  init(
    _ failure: SpanningFailure, nodeCount: Int, cost: (Int) -> Double
  ) {
    switch failure {
    case .invalidCost(let edge):
      self = .invalidCostAt(batch: 0, position: edge, value: cost(edge))
    case .infeasible:
      self = .infeasible(batch: 0)
    case .overflow:
      self = .valueOutOfRange(batch: 0)
    case .tooLarge:
      self = .sizeOverflow("a graph of \(nodeCount) nodes")
    }
  }
}
