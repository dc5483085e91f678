internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is a ``ShortestPathSolution``; the arrays of all are at hand too.
public struct ShortestPathBatch: SolutionBatch {
  /// The costs' shape.
  public let shape: BatchShape
  /// `[batch]`: z* of each problem.
  public private(set) var values: [Double]
  /// `[batch, nodes]`: the arcs of each path from the source on, -1 behind its end.
  public private(set) var arcs: [Int32]
  /// `[batch, nodes]`: the potentials of each problem, see ``ShortestPathSolution/potentials``.
  public private(set) var potentials: [Double]

  private let graph: DirectedGraph
  private let source: Int
  private let target: Int
  private var costs = CostStorage.none

  init(shape: BatchShape, graph: DirectedGraph, source: Int, target: Int) {
    self.shape = shape
    self.graph = graph
    self.source = source
    self.target = target
    values = .init(repeating: 0, count: shape.batch)
    arcs = .init(repeating: -1, count: shape.batch * graph.nodeCount)
    potentials = .init(repeating: 0, count: shape.batch * graph.nodeCount)
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    self.costs = CostStorage(costs)
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
      potentials: Array(potentials[item * graph.nodeCount..<(item + 1) * graph.nodeCount]),
      graph: graph, costs: CostMatrix(costs, item: item, of: shape))
  }

  private func path(_ item: Int) -> ArraySlice<Int32> {
    arcs[item * graph.nodeCount..<(item + 1) * graph.nodeCount].prefix { $0 >= 0 }
  }

  /// Solves every problem, from as many costs as there are arcs and ends that are nodes.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, maxThreads: Int?
  ) throws(CombinatorialError) {
    let (graph, source, target) = (graph, source, target)
    let (nodeCount, arcCount) = (graph.nodeCount, graph.arcCount)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 512),
      workspaceSize: cl_shortest_path_workspace_size(nodeCount, costs.contains { $0 < 0 }),
      maxThreads: maxThreads)
    let input = SharedInput(costs.baseAddress)
    let cycles = Lock<[Int: [Int]]>([:])
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &values, &arcs, &potentials
      ) { values, arcs, potentials throws(KernelRefusal) in
        try run.forEachItem { item, workspace, fault in
          let slots = graph.slots
          let own = input.from(item * arcCount)
          let slotCosts = slots.arcs.map { arc in own.map { Double($0[Int(arc)]) } ?? .nan }
          var before = [Int32](repeating: -1, count: nodeCount)
          var (cycle, length) = (before, 0)
          let status = slots.withDigraph {
            cl_shortest_path_solve(
              $0, slotCosts, Int32(source), Int32(target), workspace,
              potentials.from(item * nodeCount), &before, &cycle, &length, &fault)
          }
          switch status {
          case CL_STATUS_OK:
            let path = slots.path(from: source, to: target, before: before)
            arcs.from(item * nodeCount)?.update(
              from: path.map { slots.arcs[$0] }, count: path.count)
            values.from(item)?.pointee = Sums.rounded(path.map { slotCosts[$0] })
          case CL_STATUS_INVALID_COST: fault.column = Int(slots.arcs[fault.column])
          case CL_STATUS_NEGATIVE_CYCLE:
            let found = cycle[..<length].map { Int(slots.arcs[Int($0)]) }
            cycles.withLock { $0[item] = found }
          default: break
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
  fileprivate func withDigraph(_ body: (cl_digraph) -> cl_status) -> cl_status {
    starts.withUnsafeBufferPointer { starts in
      tails.withUnsafeBufferPointer { tails in
        heads.withUnsafeBufferPointer { heads in
          body(
            cl_digraph(
              nodes: nodeCount, arcs: arcs.count, starts: starts.baseAddress,
              tails: tails.baseAddress, heads: heads.baseAddress))
        }
      }
    }
  }

  /// The slots that lead to the target, from the one before each node.
  fileprivate func path(from source: Int, to target: Int, before: [Int32]) -> [Int] {
    var path: [Int] = []
    var node = target
    while node != source {
      path.append(Int(before[node]))
      node = Int(tails[Int(before[node])])
    }
    return path.reversed()
  }
}
