internal import CombinatorialKernels

/// Minimum-cost flow: meet all supplies and demands of a directed network at the least cost.
///
///     z* = min  sum_a costs[a] x[a]
///          subject to  outflow(n) - inflow(n) = supplies[n],  0 <= x[a] <= capacities[a]
///
/// A demand is a negative supply; supplies add up to 0 up to a relative 1e-9. Parallel arcs and loops are
/// allowed, and costs below 0; a cycle of negative cost must have a capacity. Costs are at most 1e280 in
/// magnitude; `+infinity` forbids an arc. Supplies and capacities are any numbers, however far apart. The
/// potentials y and
/// ``MinimumCostFlowSolution/capacityPrices`` w prove the solution and are the gradient:
///
///     dz*/dcosts = x      dz*/dsupplies = y (up to a constant)      dz*/dcapacities = w <= 0
///
/// The gauge: the potentials add up to 0.
///
/// Complexity: the network simplex method.
///
/// R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), chapter 11.
public struct MinimumCostFlow: Sendable, Hashable {
  /// The number of nodes.
  public let nodes: Int
  /// `[arcs]`: where each arc starts.
  public let sources: [Int]
  /// `[arcs]`: where each arc ends.
  public let targets: [Int]

  /// A network.
  ///
  /// - Throws: ``CombinatorialError/shapeMismatch(expected:found:)``: a node outside `0 ..< nodes`.
  public init(nodes: Int, sources: [Int], targets: [Int]) throws(CombinatorialError) {
    guard nodes >= 0, nodes <= Int32.max / 2, sources.count == targets.count else {
      throw .shapeMismatch(
        expected: "nodes and as many sources as targets",
        found: "\(nodes) nodes, \(sources.count) sources, \(targets.count) targets")
    }
    for (arc, (source, target)) in zip(sources, targets).enumerated()
    where !(0..<nodes).contains(source) || !(0..<nodes).contains(target) {
      throw .shapeMismatch(
        expected: "arcs between nodes of 0 ..< \(nodes)",
        found: "arc \(arc) from \(source) to \(target)")
    }
    self.nodes = nodes
    self.sources = sources
    self.targets = targets
  }

  /// Solves the problem.
  ///
  /// - Parameters:
  ///   - costs: `[arcs]`, of a unit of flow.
  ///   - supplies: `[nodes]`: what leaves each node less what enters it.
  ///   - capacities: `[arcs]`, at least 0; `+infinity` is none. nil: none at all.
  /// - Throws: ``CombinatorialError``: numbers that are none, supplies that do not add up to 0, no
  ///   feasible flow, an unbounded one, a value, a term of it or a flow beyond the largest double.
  public func solve(
    costs: [Double], supplies: [Double], capacities: [Double]? = nil
  ) throws(CombinatorialError) -> MinimumCostFlowSolution {
    try solve(
      costs: costs, supplies: supplies, capacities: capacities,
      tolerance: TransportMasses.tolerance(of: Double.self))
  }

  /// Solves the problem for numbers of another type.
  ///
  /// - Parameter tolerance: How far supplies may miss the sum 0, as a share of all that is supplied.
  package func solve(
    costs: [Double], supplies: [Double], capacities: [Double]?, tolerance: Double
  ) throws(CombinatorialError) -> MinimumCostFlowSolution {
    let capacities = capacities ?? .init(repeating: .infinity, count: sources.count)
    try check(costs: costs, capacities: capacities)
    try check(supplies: supplies, tolerance: tolerance)
    // A forbidden arc is one without capacity, whatever it costs.
    let network = FlowNetwork(
      nodes: nodes, sources: sources.map(Int32.init), targets: targets.map(Int32.init),
      costs: costs.map { $0 < .infinity ? $0 : 0 },
      capacities: zip(costs, capacities).map { $0 < .infinity ? $1 : 0 }, supplies: supplies)
    let output: MinimumCostFlowKernel.Output
    do throws(FlowFailure) {
      output = try MinimumCostFlowKernel.solve(network, tolerance: tolerance)
    } catch {
      switch error {
      case .infeasible: throw .infeasible(batch: 0)
      case .unbounded: throw .unboundedFlow(batch: 0)
      case .outOfRange: throw .valueOutOfRange(batch: 0)
      case .tooLarge: throw .sizeOverflow("a network of \(nodes) nodes and \(sources.count) arcs")
      }
    }
    return MinimumCostFlowSolution(
      problem: self, costs: costs, supplies: supplies, capacities: capacities, output: output)
  }

  private func check(
    costs: [Double], capacities: [Double]
  ) throws(CombinatorialError) {
    try checkCosts(costs.count, equal: sources.count, kind: "arc")
    guard capacities.count == sources.count else {
      throw .shapeMismatch(expected: "\(sources.count) capacities", found: "\(capacities.count)")
    }
    // Greater ones would leave no room for the sums of potentials.
    if let arc = costs.firstIndex(where: { !(abs($0) <= 1e280 || $0 == .infinity) }) {
      guard costs[arc].isFinite else {
        throw .invalidCostAt(batch: 0, position: arc, value: costs[arc])
      }
      throw .invalidOption(
        "the cost of arc \(arc)", value: costs[arc],
        expected: "at most 1e280 in magnitude, or +infinity")
    }
    if let arc = capacities.firstIndex(where: { !($0 >= 0) }) {
      throw .invalidCapacity(batch: 0, position: arc, value: capacities[arc])
    }
  }

  private func check(
    supplies: [Double], tolerance: Double
  ) throws(CombinatorialError) {
    guard supplies.count == nodes else {
      throw .shapeMismatch(expected: "\(nodes) supplies", found: "\(supplies.count)")
    }
    if let node = supplies.firstIndex(where: { !$0.isFinite }) {
      throw .invalidMass(batch: 0, side: .supply, position: node, value: supplies[node])
    }
    // Sums of the greatest doubles stay finite; the least are not lost where they count.
    let scale = supplies.contains { abs($0) > 0x1p900 } ? 0x1p-64 : 1
    let supplied = supplies.reduce(0) { $0 + max(0, $1) * scale }
    let demanded = supplies.reduce(0) { $0 - min(0, $1) * scale }
    guard abs(supplied - demanded) <= tolerance * max(supplied, demanded) else {
      throw .unbalanced(batch: 0, supply: supplied / scale, demand: demanded / scale)
    }
  }
}
