internal import CCombinatorialKernels
public import CombinatorialKernels

/// The solutions of a batch. Each is a ``SpanningArborescenceSolution``; the arrays of all are at hand too.
public struct SpanningArborescenceBatch: SolutionBatch {
  /// The costs' shape.
  public let shape: BatchShape
  /// `[batch]`: z* of each problem.
  public private(set) var values: [Double]
  /// `[batch, nodes]`: the arc into each node, -1 for the root.
  public private(set) var arcInto: [Int32]
  /// `[batch]`: how many sets prove each arborescence.
  public private(set) var setCounts: [Int]
  /// `[batch, 2 * nodes]`: the set that each set was contracted into, or -1.
  public private(set) var parents: [Int32]
  /// `[batch, 2 * nodes]`: the dual of each set.
  public private(set) var duals: [Double]

  private let graph: DirectedGraph
  private let root: Int
  private var costs = CostStorage.none

  init(shape: BatchShape, graph: DirectedGraph, root: Int) {
    self.shape = shape
    self.graph = graph
    self.root = root
    values = .init(repeating: 0, count: shape.batch)
    setCounts = .init(repeating: 0, count: shape.batch)
    arcInto = .init(repeating: -1, count: shape.batch * graph.nodeCount)
    parents = .init(repeating: -1, count: 2 * shape.batch * graph.nodeCount)
    duals = .init(repeating: 0, count: 2 * shape.batch * graph.nodeCount)
  }

  /// Copies the costs, for the certificates.
  public mutating func keep<Scalar: CostScalar>(costs: UnsafeBufferPointer<Scalar>) {
    self.costs = CostStorage(costs)
  }

  /// The arcs of one problem's arborescence.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for arc in arcInto[nodes(item)] where arc >= 0 { body(Int(arc), 1) }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> SpanningArborescenceSolution {
    let first = 2 * item * graph.nodeCount
    let sets = first..<first + setCounts[item]
    return SpanningArborescenceSolution(
      value: values[item], arcInto: arcInto[nodes(item)].map(Int.init), duals: Array(duals[sets]),
      parents: parents[sets].map(Int.init), graph: graph, root: root,
      costs: CostMatrix(costs, item: item, of: shape))
  }

  private func nodes(_ item: Int) -> Range<Int> {
    item * graph.nodeCount..<(item + 1) * graph.nodeCount
  }

  /// Solves every problem, from as many costs as there are arcs and a root that is a node.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, maxThreads: Int?
  ) throws(KernelRefusal) {
    let (graph, root, ends) = (graph, root, graph.ends)
    let (nodeCount, arcCount) = (graph.nodeCount, graph.arcCount)
    let run = BatchRun(
      count: shape.batch, minimumSlice: shape.minimumSlice(costs: 256),
      workspaceSize: cl_spanning_arborescence_workspace_size(nodeCount, arcCount),
      maxThreads: maxThreads)
    let input = SharedInput(costs.baseAddress)
    try withSharedOutputs(
      &values, &arcInto, &parents, &duals, &setCounts
    ) { values, arcInto, parents, duals, setCounts throws(KernelRefusal) in
      try run.forEachItem { item, workspace, fault in
        let own = UnsafeBufferPointer(start: input.from(item * arcCount), count: arcCount)
        return cl_spanning_arborescence_solve(
          own.map { Double($0) }, nodeCount, arcCount, ends, Int32(root), workspace,
          values.from(item), arcInto.from(item * nodeCount), parents.from(2 * item * nodeCount),
          duals.from(2 * item * nodeCount), setCounts.from(item), &fault)
      }
    }
  }
}
