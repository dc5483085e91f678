internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``SpanningTreeSolution``; the arrays of all are at hand too.
public struct SpanningTreeBatch: SolvedBatch {
  /// `[batch, nodes - 1]`: the edges of each tree in ascending order of cost, then of number.
  public private(set) var edges: [Int32]

  package var results: BatchResults
  private let graph: UndirectedGraph

  /// Solves every problem, from as many costs as there are edges.
  init(
    _ problem: SpanningTree, _ costs: CostInput, shape: BatchShape
  ) throws(CombinatorialError) {
    let graph = problem.graph
    (results, self.graph) = (BatchResults(shape), graph)
    edges = .init(repeating: 0, count: shape.batch * graph.treeCount)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 1024),
      workspaceSize: cl_spanning_tree_workspace_size(graph.nodeCount, graph.edgeCount),
      maxThreads: problem.maxThreads)
    do throws(KernelRefusal) {
      try withSharedOutputs(&results.values, &edges) { values, edges throws(KernelRefusal) in
        try run.forEachItem { item, workspace, fault in
          cl_spanning_tree_solve(
            costs.element, costs.from(item * graph.edgeCount), graph.nodeCount, graph.edgeCount,
            graph.ends, workspace, values.from(item), edges.from(item * graph.treeCount), &fault)
        }
      }
    } catch {
      throw CombinatorialError(
        error, costs: costs, shape: shape, size: "a graph of \(graph.nodeCount) nodes")
    }
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
      costs: results.costs(item))
  }

  private func tree(_ item: Int) -> ArraySlice<Int32> {
    edges[item * graph.treeCount..<(item + 1) * graph.treeCount]
  }
}

extension UndirectedGraph {
  /// The edges of a spanning tree.
  fileprivate var treeCount: Int { max(0, nodeCount - 1) }
}
