internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``ShortestPathSolution``; the arrays of all are at hand too.
public struct ShortestPathBatch: SolvedBatch {
  /// `[batch, nodes]`: the arcs of each path from the source on, -1 behind its end.
  public private(set) var arcs: [Int32]
  /// `[batch, nodes]`: the potentials of each problem, see ``ShortestPathSolution/potentials``.
  public private(set) var potentials: [Double]

  package var results: BatchResults
  private let graph: DirectedGraph
  private let source: Int

  /// Solves every problem, from as many costs as there are arcs and ends that are nodes.
  init(
    _ problem: ShortestPath, _ costs: CostInput, shape: BatchShape
  ) throws(CombinatorialError) {
    let (graph, source, target) = (problem.graph, problem.source, problem.target)
    (results, self.graph, self.source) = (BatchResults(shape), graph, source)
    arcs = .init(repeating: -1, count: shape.batch * graph.nodeCount)
    potentials = .init(repeating: 0, count: shape.batch * graph.nodeCount)
    let (nodeCount, arcCount) = (graph.nodeCount, graph.arcCount)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 512),
      workspaceSize: cl_shortest_path_workspace_size(
        nodeCount, (0..<costs.count).contains { costs[$0] < 0 }),
      maxThreads: problem.maxThreads)
    let cycles = Lock<[Int: [Int]]>([:])
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &arcs, &potentials
      ) { values, arcs, potentials throws(KernelRefusal) in
        try run.forEachItem { item, workspace, fault in
          let slots = graph.slots
          let slotCosts = slots.arcs.map { costs[item * arcCount + Int($0)] }
          let (status, found) = slots.shortestPath(
            slotCosts, from: source, to: target, workspace, potentials.from(item * nodeCount),
            &fault)
          let path = found.map { slots.arcs[$0] }
          if status == CL_STATUS_OK {
            arcs.from(item * nodeCount)?.update(from: path, count: path.count)
            values.from(item)?.pointee = Sums.rounded(found.map { slotCosts[$0] })
          } else if status == CL_STATUS_NEGATIVE_CYCLE {
            cycles.withLock { $0[item] = path.map(Int.init) }
          }
          return status
        }
      }
    } catch {
      if let cycle = cycles.withLock({ $0[error.item] }) {
        throw CombinatorialError(graph.negativeCycle(cycle), item: error.item)
      }
      throw CombinatorialError(
        error, costs: costs, shape: shape,
        size: "a graph of \(nodeCount) nodes and \(arcCount) arcs")
    }
  }

  /// The arcs of one problem's path.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for arc in path(item) { body(Int(arc), 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> ShortestPathSolution {
    ShortestPathSolution(
      value: values[item], arcs: path(item).map(Int.init),
      nodes: [source] + path(item).map { Int(graph.heads[Int($0)]) },
      potentials: potentials.part(item * graph.nodeCount..<(item + 1) * graph.nodeCount),
      graph: graph, costs: results.costs(item))
  }

  private func path(_ item: Int) -> ArraySlice<Int32> {
    arcs[item * graph.nodeCount..<(item + 1) * graph.nodeCount].prefix { $0 >= 0 }
  }
}

extension DirectedGraph {
  /// A cycle of arcs from its lowest node on, wherever the search met it.
  fileprivate func negativeCycle(_ arcs: [Int]) -> CombinatorialError.Reason {
    let nodes = arcs.map { Int(tails[$0]) }
    let first = nodes.indices.min { nodes[$0] < nodes[$1] } ?? 0
    return .negativeCycle(
      arcs: Array(arcs[first...] + arcs[..<first]), nodes: Array(nodes[first...] + nodes[..<first]))
  }
}

extension ArcSlots {
  /// Solves one problem.
  ///
  /// - Returns: The slots of the path, or with `CL_STATUS_NEGATIVE_CYCLE` those of the cycle.
  fileprivate func shortestPath(
    _ costs: [Double], from source: Int, to target: Int, _ workspace: UnsafeMutableRawPointer,
    _ potentials: UnsafeMutablePointer<Double>?, _ fault: inout cl_fault
  ) -> (status: cl_status, slots: [Int]) {
    var before = [Int32](repeating: -1, count: nodeCount)
    var (cycle, length) = (before, 0)
    let status = starts.withUnsafeBufferPointer { starts in
      tails.withUnsafeBufferPointer { tails in
        heads.withUnsafeBufferPointer { heads in
          let graph = cl_digraph(
            nodes: nodeCount, arcs: arcs.count, starts: starts.baseAddress,
            tails: tails.baseAddress, heads: heads.baseAddress)
          return cl_shortest_path_solve(
            graph, costs, Int32(source), Int32(target), workspace, potentials, &before, &cycle,
            &length, &fault)
        }
      }
    }
    if status == CL_STATUS_INVALID_COST { fault.column = Int(arcs[fault.column]) }
    guard status == CL_STATUS_OK else { return (status, cycle[..<length].map(Int.init)) }
    var (path, node) = ([Int](), target)
    while node != source {
      path.append(Int(before[node]))
      node = Int(tails[Int(before[node])])
    }
    return (status, path.reversed())
  }
}
