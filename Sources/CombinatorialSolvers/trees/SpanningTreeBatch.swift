internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is a ``SpanningTreeSolution``; the arrays of all are at hand too.
public struct SpanningTreeBatch: SolutionBatch {
  /// The costs' shape.
  public let shape: BatchShape
  /// `[batch]`: z* of each problem.
  public private(set) var values: [Double]
  /// `[batch, nodes - 1]`: the edges of each tree in ascending order of cost, then of number.
  public private(set) var edges: [Int32]

  private let graph: UndirectedGraph
  private var costs = CostStorage.none

  init(shape: BatchShape, graph: UndirectedGraph) {
    self.shape = shape
    self.graph = graph
    values = .init(repeating: 0, count: shape.batch)
    edges = .init(repeating: 0, count: shape.batch * graph.treeCount)
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    self.costs = CostStorage(costs)
  }

  /// The edges of one problem's tree.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for edge in tree(item) { body(Int(edge), 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> SpanningTreeSolution {
    SpanningTreeSolution(
      value: values[item], edges: tree(item).map(Int.init), graph: graph,
      costs: CostMatrix(costs, item: item, of: shape))
  }

  private func tree(_ item: Int) -> ArraySlice<Int32> {
    edges[item * graph.treeCount..<(item + 1) * graph.treeCount]
  }

  /// Solves every problem, from as many costs as there are edges.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, maxThreads: Int?
  ) throws(KernelRefusal) {
    let graph = graph
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 1024),
      workspaceSize: cl_spanning_tree_workspace_size(graph.nodeCount, graph.edgeCount),
      maxThreads: maxThreads)
    let input = SharedInput(costs.baseAddress)
    try withSharedOutputs(&values, &edges) { values, edges throws(KernelRefusal) in
      try run.forEachItem { item, workspace, fault in
        cl_spanning_tree_solve(
          Scalar.element, input.from(item * graph.edgeCount), graph.nodeCount, graph.edgeCount,
          graph.ends, workspace, values.from(item), edges.from(item * graph.treeCount), &fault)
      }
    }
  }
}

extension UndirectedGraph {
  /// The edges of a spanning tree.
  fileprivate var treeCount: Int { max(0, nodeCount - 1) }
}
