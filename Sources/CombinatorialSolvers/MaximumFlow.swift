package import CombinatorialKernels

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
public struct MaximumFlow: Sendable, Hashable {
  /// `[arcs]`: where each arc starts.
  public var tails: [Int32] { graph.tails }
  /// `[arcs]`: where each arc ends. Parallel arcs and loops are allowed.
  public var heads: [Int32] { graph.heads }
  /// The number of nodes; they are `0 ..< nodes`.
  public var nodes: Int { graph.nodes }
  /// Where the flow comes from.
  public var source: Int { Int(graph.source) }
  /// Where it goes to.
  public var sink: Int { Int(graph.sink) }
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  let graph: FlowGraph

  /// A graph whose capacities are to be given.
  ///
  /// - Parameters:
  ///   - nodes: number of nodes.
  ///   - arcs: tail and head of each arc.
  ///   - source: another node than the sink.
  ///   - sink: another node than the source.
  /// - Throws: ``CombinatorialError``: a node outside `0 ..< nodes`, or a source that is the sink.
  public init(
    nodes: Int, arcs: [(tail: Int, head: Int)], source: Int, sink: Int, maxThreads: Int? = nil
  ) throws(CombinatorialError) {
    guard nodes < Int32.max else { throw .sizeOverflow("a graph of \(nodes) nodes") }
    let range = 0..<max(0, nodes)
    if let arc = arcs.firstIndex(where: { !range.contains($0.tail) || !range.contains($0.head) }) {
      throw .shapeMismatch(
        expected: "arcs between nodes of 0 ..< \(nodes)",
        found: "arc \(arc) from \(arcs[arc].tail) to \(arcs[arc].head)")
    }
    guard range.contains(source), range.contains(sink), source != sink else {
      throw .shapeMismatch(
        expected: "a source and another node as the sink in 0 ..< \(nodes)",
        found: "\(source) and \(sink)")
    }
    graph = FlowGraph(
      nodes: nodes, tails: arcs.map { Int32($0.tail) }, heads: arcs.map { Int32($0.head) },
      source: Int32(source), sink: Int32(sink))
    self.maxThreads = maxThreads
  }

  /// Finds a maximum flow and the minimum cut.
  ///
  /// - Parameter capacities: `[arcs]`.
  /// - Throws: ``CombinatorialError``: a NaN or negative capacity, an unbounded flow, a value beyond the largest
  ///   double, a wrong count.
  public func solve(_ capacities: [Double]) throws(CombinatorialError) -> MaximumFlowSolution {
    let output = try capacities.withUnsafeBuffer { capacities throws(CombinatorialError) in
      try solve(capacities, batch: 1, withFlow: true)
    }
    return MaximumFlowSolution(problem: self, capacities: capacities, output: output)
  }

  /// Cuts the graph for each capacity vector of a batch, slices of it on several threads.
  package func solve<Scalar: KernelScalar>(
    _ capacities: UnsafeBufferPointer<Scalar>, batch: Int, withFlow: Bool
  ) throws(CombinatorialError) -> MinimumCutOutput {
    let (count, overflow) = tails.count.multipliedReportingOverflow(by: batch)
    guard !overflow, capacities.count == count else {
      throw .shapeMismatch(
        expected: "\(tails.count) capacities for each of \(batch) items",
        found: "\(capacities.count)")
    }
    do throws(MinimumCutFailure) {
      return try MinimumCutKernel.solve(
        capacities, batch: batch, graph: graph, withFlow: withFlow, maxThreads: maxThreads)
    } catch {
      switch error {
      case .invalidCapacity(let batch, let index):
        let value = Double(capacities[batch * tails.count + index])
        throw .invalidCapacity(batch: batch, position: index, value: value)
      case .unbounded(let batch): throw .unboundedFlow(batch: batch)
      case .outOfRange(let batch): throw .valueOutOfRange(batch: batch)
      case .tooLarge:
        throw .sizeOverflow("a graph of \(nodes) nodes and \(tails.count) arcs")
      }
    }
  }
}

/// A maximum flow and the minimum cut that proves it.
public struct MaximumFlowSolution: Sendable {
  /// z*: the capacity of the cut.
  public let value: Double
  /// `[arcs]`: how much flows through each arc, 0 ... capacity.
  public let flow: [Double]
  /// `[nodes]`: whether a node lies on the source's side of the cut.
  public let isOnSourceSide: [Bool]
  /// The arcs from the source's side to the sink's, ascending: this is u*, hence dz*/dcapacities: 1 at
  /// these arcs, 0 elsewhere.
  public let cutArcs: [Int]

  private let problem: MaximumFlow
  private let capacities: [Double]

  init(problem: MaximumFlow, capacities: [Double], output: MinimumCutOutput) {
    self.problem = problem
    self.capacities = capacities
    value = output.values[0]
    flow = output.flow
    let sides = output.sourceSide.map { $0 != 0 }
    isOnSourceSide = sides
    cutArcs = problem.tails.indices.filter {
      sides[Int(problem.tails[$0])] && !sides[Int(problem.heads[$0])]
    }
  }

  /// What flows into each node less what flows out, rounded once: 0 up to rounding, but for source and sink.
  public var imbalances: [Double] {
    var balance = [UnroundedSum](repeating: UnroundedSum(), count: problem.nodes)
    for (arc, amount) in flow.enumerated() where amount != 0 {
      balance[Int(problem.tails[arc])] -= amount
      balance[Int(problem.heads[arc])] += amount
    }
    return balance.map(\.value)
  }

  /// By how much no flow can exceed the value less this number: 0 up to rounding, and flow and cut are optimal.
  ///
  /// The difference of the capacity of the cut and what reaches the sink, and all by which the flow breaks its
  /// rules: what nodes lose or gain, and what is below 0 or above a capacity. 0 means that the flow is one, and
  /// that the cut has its value.
  public var dualityGap: Double {
    let broken = violations
    let arriving = broken.imbalances[problem.sink]
    return abs(value - arriving) + broken.inner.reduce(0) { $0 + abs($1) }
      + broken.bounds.reduce(0) { $0 + max(0, $1) }
  }

  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a node.
  public var infeasibility: Double {
    let broken = violations
    return broken.inner.reduce(broken.bounds.reduce(0, max)) { max($0, abs($1)) }
  }

  private var violations: (imbalances: [Double], inner: [Double], bounds: [Double]) {
    let imbalances = imbalances
    let inner = imbalances.indices.filter { $0 != problem.source && $0 != problem.sink }
    return (
      imbalances, inner.map { imbalances[$0] }, zip(flow, capacities).map { max(-$0, $0 - $1) }
    )
  }
}
