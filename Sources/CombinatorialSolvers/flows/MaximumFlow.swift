public import CombinatorialKernels

/// The maximum flow and the minimum cut of a directed graph.
///
///     z* = max  flow out of the source      = min  sum of capacities[a] over the arcs a from S to the rest
///          over flows with 0 <= flow <= capacities,  over sets S of nodes with the source, without the sink
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
/// Complexity: O(nodes^3), whatever the capacities are; in practice far less.
///
/// A. V. Goldberg, R. E. Tarjan, Journal of the ACM 35 (1988), doi:10.1145/48014.61051.
public struct MaximumFlow: ListProblem, Hashable {
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
    self.graph = graph
    self.source = source
    self.sink = sink
    self.maxThreads = maxThreads
  }

  /// Cuts the graph for each item of a batch in place, and makes no flows, which takes less time.
  ///
  /// - Throws: ``CombinatorialError``: a NaN or negative capacity, an unbounded flow, a value beyond the largest
  ///   double, a wrong count, a source or sink that is none.
  public func solveInPlace<Scalar: CostScalar>(
    _ capacities: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> MaximumFlowBatch {
    try solve(capacities, shape: shape, withFlow: false)
  }

  /// Finds a maximum flow and the minimum cut for each item of a batch, slices of it on several threads.
  ///
  /// - Throws: ``CombinatorialError``, as ``solveInPlace(_:shape:)``.
  public func solve<Scalar: CostScalar>(
    _ capacities: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> MaximumFlowBatch {
    var solutions = try solve(capacities, shape: shape, withFlow: true)
    solutions.keep(costs: capacities)
    return solutions
  }

  private func solve<Scalar: CostScalar>(
    _ capacities: UnsafeBufferPointer<Scalar>, shape: BatchShape, withFlow: Bool
  ) throws(CombinatorialError) -> MaximumFlowBatch {
    try graph.check(shape, costCount: capacities.count, nodes: ["source": source, "sink": sink])
    guard source != sink else {
      throw .shapeMismatch(
        expected: "a source and another node as the sink", found: "\(source) and \(sink)")
    }
    var solutions = MaximumFlowBatch(
      shape: shape, graph: graph, source: source, sink: sink, withFlow: withFlow)
    do throws(KernelRefusal) {
      try solutions.solve(capacities, maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(
        error, size: "a graph of \(graph.nodeCount) nodes and \(graph.arcCount) arcs"
      ) {
        let value = Double(capacities[$0.item * graph.arcCount + $0.column])
        return .invalidCapacity(position: $0.column, value: value)
      }
    }
    return solutions
  }
}
