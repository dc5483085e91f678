internal import CombinatorialKernels

/// The maximum flow and the minimum cut of a directed graph.
///
///     z* = max  flow out of the source      = min  sum of capacities[a] over the arcs a from S to the rest
///          over flows with 0 <= flow <= capacities,  over sets S of nodes with the source, without the sink
///
///     let road = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
///     try MaximumFlow(road, from: 0, to: 2).solve([2, 3, 7]).flow  // [2, 2, 7]
///
/// As a loss this is the minimum cut, a primal problem whose costs are the capacities: dz*/dcapacities is
/// 1 at the arcs that cross the cut, and z* depends on nothing else.
///
/// Capacities are any numbers of at least 0, however far apart: no other cut is less by more than
/// (nodes + arcs) 2^-51 of the value. `+infinity` is an arc that no cut may cross.
///
/// Ties: of all minimum cuts it is the one with the most nodes on the source's side, whatever the flow.
/// With capacities whose sums are exact in double, such as integers, it depends on them alone; cuts that
/// rounding cannot tell apart count as equal.
///
/// Complexity: O(nodes^2 arcs), whatever the capacities are; in practice far less.
///
/// A. V. Goldberg, R. E. Tarjan, Journal of the ACM 35 (1988), doi:10.1145/48014.61051.
public struct MaximumFlow: ProvableProblem, ListProblem, Hashable {
  /// The solutions of a batch.
  public typealias Solutions = MaximumFlowBatch

  /// The graph. Parallel arcs and loops are allowed.
  public var graph: DirectedGraph
  /// Where the flow comes from.
  public var source: Int
  /// Where it goes to.
  public var sink: Int
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A graph whose capacities are to be given.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - source: Another node than the sink.
  ///   - sink: Another node than the source.
  ///   - maxThreads: The most threads that a batch may use; nil: as many as there are cores.
  public init(
    _ graph: DirectedGraph, from source: Int, to sink: Int, maxThreads: Int? = nil
  ) {
    (self.graph, self.source, self.sink, self.maxThreads) = (graph, source, sink, maxThreads)
  }

  /// Cuts the graph for each item of a batch, slices of it on several threads; flows are the proof.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or negative capacity, an unbounded flow, a value beyond the largest
  ///   double, a wrong count, a source or sink that is none.
  func solve<Scalar: CostScalar>(
    _ capacities: UnsafeBufferPointer<Scalar>, shape: BatchShape, withProof: Bool
  ) throws(CombinatorialError) -> MaximumFlowBatch {
    try graph.check(shape, costCount: capacities.count, nodes: ["source": source, "sink": sink])
    guard source != sink else {
      throw .shapeMismatch(
        expected: "a source and another node as the sink", found: "\(source) and \(sink)")
    }
    return try MaximumFlowBatch(self, CostInput(capacities), shape: shape, withFlow: withProof)
  }
}
