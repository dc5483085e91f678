internal import CCombinatorialKernels
internal import CombinatorialKernels

/// A maximum flow and the minimum cut that proves it.
public struct MaximumFlowSolution: OptimalSolution {
  /// z*: the capacity of the cut.
  public let value: Double
  /// `[arcs]`: how much flows through each arc, 0 ... capacity. Some of it may run in circles.
  public let flow: [Double]
  /// `[nodes]`: whether a node lies on the source's side of the cut.
  public let isOnSourceSide: [Bool]
  /// The arcs from the source's side to the sink's, ascending: this is u*, hence dz*/dcapacities: 1 at
  /// these arcs, 0 elsewhere.
  public let cutArcs: [Int]

  let graph: DirectedGraph
  let source, sink: Int
  let capacities: CostMatrix

  private enum CodingKeys: CodingKey { case value, flow, isOnSourceSide, cutArcs }

  /// dz*/dcapacities, `[arcs]`: 1 at the arcs that cross the cut, 0 elsewhere.
  public var gradient: [Double] { indicator(of: cutArcs, count: graph.arcCount) }

  /// What flows into each node less what flows out, rounded once: 0 up to rounding, but for source and sink.
  public var imbalances: [Double] {
    graph.imbalances(of: flow, supplies: .init(repeating: 0, count: graph.nodeCount))
  }

  /// By how much no flow can exceed the value less this number: 0 up to rounding, and flow and cut are optimal.
  ///
  /// The difference of the capacity of the cut and what reaches the sink, and all by which the flow breaks its
  /// rules: what nodes lose or gain, and what is below 0 or above a capacity. 0 means that the flow is one, and
  /// that the cut has its value.
  public var dualityGap: Double {
    guard capacities.isKept else { return .infinity }
    let broken = violations
    let arriving = broken.imbalances[sink]
    return abs(value - arriving) + broken.inner.reduce(0) { $0 + abs($1) }
      + broken.bounds.reduce(0) { $0 + max(0, $1) }
  }

  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a node.
  public var infeasibility: Double {
    let broken = violations
    return broken.inner.reduce(broken.bounds.reduce(0, max)) { max($0, abs($1)) }
  }

  /// Whether this is the only minimum cut: whether what the flow leaves of capacities leads from the source to every
  /// node on its side.
  ///
  /// No minimum cut crosses an arc that has more room than ``dualityGap``: so `true` is certain, and `false` is
  /// not. Complexity: O(nodes + arcs), at each call.
  public var isUnique: Bool {
    let gap = dualityGap
    guard gap < .infinity else { return false }
    var search = ResidualSearch(nodeCount: graph.nodeCount)
    for arc in flow.indices {
      let (tail, head) = (Int(graph.tails[arc]), Int(graph.heads[arc]))
      if capacities[arc] - flow[arc] > gap { search.add(from: tail, to: head) }
      if flow[arc] > gap { search.add(from: head, to: tail) }
    }
    let isReached = search.nodes(from: [source])
    return zip(isOnSourceSide, isReached).allSatisfy { !$0 || $1 }
  }

  private var violations: (imbalances: [Double], inner: [Double], bounds: [Double]) {
    let imbalances = imbalances
    let inner = imbalances.indices.filter { $0 != source && $0 != sink }
    let bounds = flow.indices.map { max(-flow[$0], flow[$0] - capacities[$0]) }
    return (imbalances, inner.map { imbalances[$0] }, bounds)
  }
}

/// The solutions of a batch. Each is a ``MaximumFlowSolution``; the arrays of all are at hand too.
public struct MaximumFlowBatch: SolvedBatch {
  /// `[batch, nodes]`: whether a node lies on the source's side of the cut.
  public private(set) var isOnSourceSide: [Bool]
  /// `[batch, arcs]`: how much flows through each arc; empty if the batch was solved in place.
  public private(set) var flow: [Double]

  package var results: BatchResults
  private let problem: MaximumFlow

  /// Solves every problem, from as many capacities as there are arcs and ends that are two nodes.
  init(
    _ problem: MaximumFlow, _ capacities: CostInput, shape: BatchShape, withFlow: Bool
  ) throws(CombinatorialError) {
    (results, self.problem) = (BatchResults(shape), problem)
    let (graph, source, sink) = (problem.graph, problem.source, problem.sink)
    isOnSourceSide = .init(repeating: false, count: shape.batch * graph.nodeCount)
    flow = .init(repeating: 0, count: withFlow ? shape.batch * graph.arcCount : 0)
    let (nodeCount, arcCount) = (graph.nodeCount, graph.arcCount)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 256),
      workspaceSize: cl_maximum_flow_workspace_size(nodeCount, arcCount),
      maxThreads: problem.maxThreads)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &isOnSourceSide, &flow
      ) { values, isOnSourceSide, flow throws(KernelRefusal) in
        try graph.tails.withSharedInput { tails throws(KernelRefusal) in
          try graph.heads.withSharedInput { heads throws(KernelRefusal) in
            try run.forEachItem { item, workspace, fault in
              var view = cl_flow_graph(
                tails: tails.base, heads: heads.base, nodes: nodeCount, arcs: arcCount,
                source: Int32(source), sink: Int32(sink))
              let flow = withFlow ? flow.from(item * arcCount) : nil
              return isOnSourceSide.withBytes(from: item * nodeCount, count: nodeCount) {
                cl_maximum_flow_solve(
                  capacities.element, &view, capacities.from(item * arcCount), workspace,
                  values.from(item), $0, flow, &fault)
              }
            }
          }
        }
      }
    } catch {
      throw CombinatorialError(
        error, size: "a graph of \(nodeCount) nodes and \(arcCount) arcs"
      ) {
        .invalidCapacity(
          position: $0.column, value: capacities[$0.item * arcCount + $0.column])
      }
    }
  }

  /// The arcs of one problem's cut.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for arc in cutArcs(item) { body(arc, 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> MaximumFlowSolution {
    let (nodeCount, arcCount) = (problem.graph.nodeCount, problem.graph.arcCount)
    return MaximumFlowSolution(
      value: values[item],
      flow: flow.isEmpty ? [] : flow.part(item * arcCount..<(item + 1) * arcCount),
      isOnSourceSide: isOnSourceSide.part(item * nodeCount..<(item + 1) * nodeCount),
      cutArcs: cutArcs(item), graph: problem.graph, source: problem.source, sink: problem.sink,
      capacities: results.costs(item))
  }

  private func cutArcs(_ item: Int) -> [Int] {
    let graph = problem.graph
    let first = item * graph.nodeCount
    return graph.tails.indices.filter {
      isOnSourceSide[first + Int(graph.tails[$0])] && !isOnSourceSide[first + Int(graph.heads[$0])]
    }
  }
}

/// What can be reached by arcs that a flow leaves room in.
struct ResidualSearch {
  private var heads: [[Int]]

  init(nodeCount: Int) { heads = .init(repeating: [], count: nodeCount) }

  mutating func add(from tail: Int, to head: Int) { heads[tail].append(head) }

  /// Whether each node is reached from these.
  func nodes(from start: [Int]) -> [Bool] {
    var (isReached, open) = ([Bool](repeating: false, count: heads.count), start)
    while let node = open.popLast() {
      guard !isReached[node] else { continue }
      isReached[node] = true
      open += heads[node]
    }
    return isReached
  }
}

extension DirectedGraph {
  /// What comes from outside into each node and over arcs, less what goes over arcs, rounded once.
  func imbalances(of flow: [Double], supplies: [Double]) -> [Double] {
    var balance = supplies.map { UnroundedSum([$0]) }
    for (arc, amount) in flow.enumerated() where amount != 0 {
      balance[Int(tails[arc])] -= amount
      balance[Int(heads[arc])] += amount
    }
    return balance.map(\.value)
  }
}

extension SharedOutput where Element == Bool {
  /// Calls `body` with flags as the kernels write them: bytes that are 0 or 1, as `Bool` is.
  func withBytes<Result>(
    from index: Int, count: Int, _ body: (UnsafeMutablePointer<UInt8>?) -> Result
  ) -> Result {
    guard let flags = from(index) else { return body(nil) }
    return flags.withMemoryRebound(to: UInt8.self, capacity: count, body)
  }
}
