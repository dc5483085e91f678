internal import CCombinatorialKernels
internal import CombinatorialKernels

/// The solutions of a batch. Each is a ``MinimumCostFlowSolution``; the arrays of all are at hand too.
public struct MinimumCostFlowBatch: SolvedBatch {
  /// `[batch, arcs]`: the flows x, dz*/dcosts.
  public package(set) var flows: [Double]
  /// `[batch, nodes]`: the potentials y, dz*/dsupplies; those of a problem add up to 0.
  public package(set) var potentials: [Double]
  /// `[batch, arcs]`: w, dz*/dcapacities.
  public package(set) var capacityPrices: [Double]

  /// `[batch, nodes]`: potentials before their mean, which may be great, is taken from all.
  package var prices: [Double]
  package var results: BatchResults
  private let graph: DirectedGraph
  private let limits: FlowLimits

  init(shape: BatchShape, graph: DirectedGraph, limits: FlowLimits) {
    (results, self.graph, self.limits) = (BatchResults(shape), graph, limits)
    flows = .init(repeating: 0, count: shape.batch * graph.arcCount)
    potentials = .init(repeating: 0, count: shape.batch * graph.nodeCount)
    (capacityPrices, prices) = (flows, potentials)
  }

  /// The flows of one problem.
  public func forEachGradientEntry(of item: Int, _ body: (_ position: Int, _ entry: Double) -> Void)
  {
    for arc in 0..<graph.arcCount where flows[item * graph.arcCount + arc] != 0 {
      body(arc, flows[item * graph.arcCount + arc])
    }
  }

  /// The solution of one problem.
  public subscript(item: Int) -> MinimumCostFlowSolution {
    let arcs = item * graph.arcCount..<(item + 1) * graph.arcCount
    let nodes = item * graph.nodeCount..<(item + 1) * graph.nodeCount
    return MinimumCostFlowSolution(
      value: values[item], flows: flows.part(arcs), potentials: potentials.part(nodes),
      capacityPrices: capacityPrices.part(arcs), graph: graph,
      costs: results.costs(item), limits: limits.item(item, of: graph),
      prices: prices.part(nodes))
  }

  /// Why the kernel could not take the first problem of these that it could not.
  func firstRefused(_ costs: CostInput) -> CombinatorialError? {
    let shared = limits.batch == nil ? limits.refusal : nil
    for item in indices {
      let own = costs.doubles(item * graph.arcCount..<(item + 1) * graph.arcCount)
      // Greater ones would leave no room for the sums of potentials.
      if let arc = own.firstIndex(where: { !(abs($0) <= 1e280 || $0 == .infinity) }) {
        let cost = own[arc]
        let reason = CombinatorialError.Reason.invalidOption(
          "the cost of arc \(arc)", value: cost,
          expected: "at most 1e280 in magnitude, or +infinity")
        return CombinatorialError(
          cost.isFinite ? reason : .invalidCostAt(position: arc, value: cost), item: item)
      }
      let reason = limits.batch == nil ? shared : limits.item(item, of: graph).refusal
      if let reason { return CombinatorialError(reason, item: item) }
    }
    return nil
  }

  /// Solves the first problems, from checked numbers.
  mutating func solve(
    _ costs: CostInput, count: Int, maxThreads: Int?
  ) throws(KernelRefusal) {
    let (graph, limits) = (graph, limits)
    let (nodeCount, arcCount) = (graph.nodeCount, graph.arcCount)
    let run = BatchRun(
      count: count, minimumSlice: shape.minimumSlice(costs: 128),
      workspaceSize: cl_minimum_cost_flow_workspace_size(nodeCount, arcCount),
      maxThreads: maxThreads)
    try withSharedOutputs(
      &results.values, &flows, &potentials, &capacityPrices, &prices
    ) { values, flows, potentials, capacityPrices, prices throws(KernelRefusal) in
      try run.forEachItem { item, workspace, fault in
        let network = FlowNetwork(
          graph: graph, costs: costs.doubles(item * arcCount..<(item + 1) * arcCount),
          limits: limits.item(item, of: graph))
        let raw = UnsafeMutableBufferPointer(start: prices.from(item * nodeCount), count: nodeCount)
        let status = network.withUnsafeNetwork { network in
          cl_minimum_cost_flow_solve(
            network, limits.tolerance, workspace, values.from(item), flows.from(item * arcCount),
            raw.baseAddress, &fault)
        }
        guard status == CL_STATUS_OK else { return status }
        let mean = raw.reduce(0, +) / Double(Swift.max(1, nodeCount))
        let centered = raw.map { $0 - mean }
        potentials.from(item * nodeCount)?.update(from: centered, count: nodeCount)
        capacityPrices.from(item * arcCount)?.update(
          from: network.capacityPrices(centered), count: arcCount)
        return status
      }
    }
  }
}

/// One problem as the kernel reads it.
private struct FlowNetwork {
  let graph: DirectedGraph
  let costs: [Double]
  let limits: FlowLimits

  /// min(0, reduced cost) of arcs with a capacity.
  func capacityPrices(_ potentials: [Double]) -> [Double] {
    costs.indices.map { arc in
      limits.capacity(arc) < .infinity
        ? min(
          0, costs[arc] - potentials[Int(graph.tails[arc])] + potentials[Int(graph.heads[arc])])
        : 0
    }
  }

  func withUnsafeNetwork(_ body: (UnsafePointer<cl_flow_network>) -> cl_status) -> cl_status {
    // A forbidden arc is one without capacity, whatever it costs.
    let numbers =
      costs.map { $0 < .infinity ? $0 : 0 }
      + costs.indices.map { costs[$0] < .infinity ? limits.capacity($0) : 0 } + limits.supplies
    return graph.tails.withUnsafeBufferPointer { tails in
      graph.heads.withUnsafeBufferPointer { heads in
        numbers.withSharedInput { numbers in
          var network = cl_flow_network(
            nodes: graph.nodeCount, arcs: tails.count, sources: tails.baseAddress,
            targets: heads.baseAddress, costs: numbers.base,
            capacities: numbers.from(tails.count), supplies: numbers.from(2 * tails.count))
          return body(&network)
        }
      }
    }
  }
}
