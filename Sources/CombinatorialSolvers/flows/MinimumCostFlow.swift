public import CombinatorialKernels

/// Minimum-cost flow: meet all supplies and demands of a directed network at the least cost.
///
///     z* = min  sum_a costs[a] x[a]
///          subject to  outflow(n) - inflow(n) = supplies[n],  0 <= x[a] <= capacities[a]
///
///     let road = try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)])
///     try MinimumCostFlow(road, supplies: [1, 0, -1]).solve([2, 3, 7]).flows  // [1, 1, 0]
///
/// A demand is a negative supply; supplies add up to 0 up to a relative 1e-9. Parallel arcs and loops are
/// allowed, and costs below 0; a cycle of negative cost must have a capacity. Costs are at most 1e280 in
/// magnitude; `+infinity` forbids an arc. Supplies and capacities are any numbers, however far apart. The
/// potentials y and ``MinimumCostFlowSolution/capacityPrices`` w prove the solution and are the gradient:
///
///     dz*/dcosts = x      dz*/dsupplies = y (up to a constant)      dz*/dcapacities = w <= 0
///
/// The gauge: the potentials add up to 0.
///
/// With supplies and capacities of its own it is a problem of the costs alone; each call may bring others.
///
/// Complexity: the network simplex method.
///
/// R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), chapter 11.
public struct MinimumCostFlow: ListProblem, Hashable {
  /// The network.
  public var graph: DirectedGraph
  /// `[nodes]`: what leaves each node less what enters it; nil: 0, so that flows go round in circles.
  public var supplies: [Double]?
  /// `[arcs]`, at least 0; `+infinity` is none. nil: none at all.
  public var capacities: [Double]?
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A network.
  public init(
    _ graph: DirectedGraph, supplies: [Double]? = nil, capacities: [Double]? = nil,
    maxThreads: Int? = nil
  ) {
    (self.graph, self.supplies) = (graph, supplies)
    (self.capacities, self.maxThreads) = (capacities, maxThreads)
  }

  /// Solves a batch in place, with the problem's own supplies and capacities: see
  /// ``CostProblem/solveInPlace(_:shape:)``.
  ///
  /// - Throws: ``CombinatorialError``: numbers that are none, supplies that do not add up to 0, no
  ///   feasible flow, an unbounded one, a value, a term of it or a flow beyond the largest double.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> MinimumCostFlowBatch {
    try solveInPlace(
      costs, shape: shape,
      limits: FlowLimits(
        supplies: supplies ?? .init(repeating: 0, count: graph.nodeCount), capacities: capacities,
        batch: nil, tolerance: 1e-9))
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[arcs]`, of a unit of flow.
  ///   - supplies: `[nodes]`: what leaves each node less what enters it.
  ///   - capacities: `[arcs]`, at least 0; `+infinity` is none. nil: none at all.
  /// - Throws: ``CombinatorialError``: numbers that are none, supplies that do not add up to 0, no
  ///   feasible flow, an unbounded one, a value, a term of it or a flow beyond the largest double.
  public func solve<Scalar: CostScalar>(
    costs: [Scalar], supplies: [Scalar], capacities: [Scalar]? = nil
  ) throws(CombinatorialError) -> MinimumCostFlowSolution {
    try solve(costs: costs, supplies: supplies, capacities: capacities, batch: 1)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, arcs]`, of a unit of flow.
  ///   - supplies: `[batch, nodes]`: what leaves each node less what enters it.
  ///   - capacities: `[batch, arcs]`, at least 0; `+infinity` is none. nil: none at all.
  ///   - batch: The number of problems.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    costs: [Scalar], supplies: [Scalar], capacities: [Scalar]? = nil, batch: Int
  ) throws(CombinatorialError) -> MinimumCostFlowBatch {
    var solutions = try solveInPlace(costs, supplies, capacities, batch: batch)
    costs.withUnsafeBufferPointer { solutions.keep(costs: $0) }
    return solutions
  }

  /// The optimal value and its gradients, from one run of the solver.
  ///
  /// - Returns: z*, and dz* by costs, supplies and capacities.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    costs: [Scalar], supplies: [Scalar], capacities: [Scalar]? = nil
  ) throws(CombinatorialError) -> (value: Double, gradient: MinimumCostFlowGradient<Scalar>) {
    let (values, gradient) = try valuesAndGradient(
      costs: costs, supplies: supplies, capacities: capacities, batch: 1)
    return (values[0], gradient)
  }

  /// The optimal values of a batch and the gradients of their sum, from one run of the solver.
  ///
  /// - Returns: z* of each problem, and the gradients in the shapes of costs, supplies and capacities.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    costs: [Scalar], supplies: [Scalar], capacities: [Scalar]? = nil, batch: Int
  ) throws(CombinatorialError) -> (values: [Double], gradient: MinimumCostFlowGradient<Scalar>) {
    let solutions = try solveInPlace(costs, supplies, capacities, batch: batch)
    return (
      solutions.values,
      MinimumCostFlowGradient(
        costs: solutions.flows.map { Scalar($0) },
        supplies: solutions.potentials.map { Scalar($0) },
        capacities: solutions.capacityPrices.map { Scalar($0) })
    )
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func solveInPlace<Scalar: CostScalar>(
    _ costs: [Scalar], _ supplies: [Scalar], _ capacities: [Scalar]?, batch: Int
  ) throws(CombinatorialError) -> MinimumCostFlowBatch {
    let limits = FlowLimits(
      supplies: supplies.map { Double($0) }, capacities: capacities?.map { Double($0) },
      batch: batch, tolerance: Scalar.self == Float.self ? 1e-5 : 1e-9)
    return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solveInPlace(
        costs, shape: BatchShape(batch: batch, rows: 1, columns: graph.arcCount), limits: limits)
    }
  }

  /// Solves the problems of a batch up to the first that is refused.
  private func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, limits: FlowLimits
  ) throws(CombinatorialError) -> MinimumCostFlowBatch {
    let costs = CostInput(costs)
    try shape.validate(costCount: costs.count, ofList: graph.arcCount, kind: "arc")
    try limits.checkCounts(graph)
    var solutions = MinimumCostFlowBatch(shape: shape, graph: graph, limits: limits)
    let refused = solutions.firstRefused(costs)
    do throws(KernelRefusal) {
      try solutions.solve(costs, count: refused?.item ?? shape.batch, maxThreads: maxThreads)
    } catch {
      throw CombinatorialError(
        error, costs: costs, shape: shape,
        size: "a network of \(graph.nodeCount) nodes and \(graph.arcCount) arcs")
    }
    if let refused { throw refused }
    return solutions
  }
}

/// The gradients of a minimum-cost flow.
public struct MinimumCostFlowGradient<Scalar: CostScalar>: Sendable, Equatable {
  /// In the shape of the costs: the flows x.
  public var costs: [Scalar]
  /// In the shape of the supplies: the potentials y, up to a constant.
  public var supplies: [Scalar]
  /// In the shape of the capacities: the prices w.
  public var capacities: [Scalar]
}
