internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``SpanningArborescenceSolution``; the arrays of all are at hand too.
public struct SpanningArborescenceBatch: SolvedBatch {
  /// `[batch, nodes]`: the arc into each node, -1 for the root.
  public private(set) var arcInto: [Int32]
  /// `[batch]`: how many sets prove each arborescence.
  public private(set) var setCounts: [Int]
  /// `[batch, 2 * nodes]`: the set that each set was contracted into, or -1.
  public private(set) var parents: [Int32]
  /// `[batch, 2 * nodes]`: the dual of each set.
  public private(set) var duals: [Double]

  package var results: BatchResults
  private let problem: SpanningArborescence

  /// Solves every problem, from as many costs as there are arcs and a root that is a node.
  init(
    _ problem: SpanningArborescence, _ costs: CostInput, shape: BatchShape
  ) throws(CombinatorialError) {
    (results, self.problem) = (BatchResults(shape), problem)
    let (graph, root, ends) = (problem.graph, problem.root, problem.graph.ends)
    setCounts = .init(repeating: 0, count: shape.batch)
    arcInto = .init(repeating: -1, count: shape.batch * graph.nodeCount)
    parents = .init(repeating: -1, count: 2 * shape.batch * graph.nodeCount)
    duals = .init(repeating: 0, count: 2 * shape.batch * graph.nodeCount)
    let (nodeCount, arcCount) = (graph.nodeCount, graph.arcCount)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 256),
      workspaceSize: cl_spanning_arborescence_workspace_size(nodeCount, arcCount),
      maxThreads: problem.maxThreads)
    do throws(KernelRefusal) {
      try withSharedOutputs(
        &results.values, &arcInto, &parents, &duals, &setCounts
      ) { values, arcInto, parents, duals, setCounts throws(KernelRefusal) in
        try run.forEachItem { item, workspace, fault in
          cl_spanning_arborescence_solve(
            costs.doubles(item * arcCount..<(item + 1) * arcCount), nodeCount, arcCount, ends,
            Int32(root), workspace,
            values.from(item), arcInto.from(item * nodeCount), parents.from(2 * item * nodeCount),
            duals.from(2 * item * nodeCount), setCounts.from(item), &fault)
        }
      }
    } catch {
      throw CombinatorialError(
        error, costs: costs, shape: shape, size: "a graph of \(nodeCount) nodes")
    }
  }

  /// The arcs of one problem's arborescence.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for arc in arcInto[nodes(item)] where arc >= 0 { body(Int(arc), 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> SpanningArborescenceSolution {
    let first = 2 * item * problem.graph.nodeCount
    let sets = first..<first + setCounts[item]
    return SpanningArborescenceSolution(
      value: values[item], arcInto: arcInto[nodes(item)].map(Int.init), duals: duals.part(sets),
      parents: parents[sets].map(Int.init), graph: problem.graph,
      root: problem.root, costs: results.costs(item))
  }

  private func nodes(_ item: Int) -> Range<Int> {
    item * problem.graph.nodeCount..<(item + 1) * problem.graph.nodeCount
  }
}
