internal import CombinatorialKernels

/// An optimal flow with the prices that prove it.
public struct MinimumCostFlowSolution: Sendable {
  /// z*.
  public let value: Double
  /// `[arcs]`: x, hence dz*/dcosts.
  public let flows: [Double]
  /// `[nodes]`: y, dz*/dsupplies along changes that keep their sum 0. `costs - y[source] + y[target]` is at
  /// least 0 where an arc has no flow, at most 0 where it is full, 0 between.
  public let potentials: [Double]
  /// `[arcs]`: w = min(0, reduced cost) of arcs with a capacity, dz*/dcapacities.
  public let capacityPrices: [Double]

  private let problem: MinimumCostFlow
  private let costs: [Double]
  private let supplies: [Double]
  private let capacities: [Double]
  /// The potentials before their mean, which may be great, is taken from all.
  private let prices: [Double]

  init(
    problem: MinimumCostFlow, costs: [Double], supplies: [Double], capacities: [Double],
    output: MinimumCostFlowKernel.Output
  ) {
    self.problem = problem
    self.costs = costs
    self.supplies = supplies
    self.capacities = capacities
    value = output.value
    flows = output.flows
    prices = output.potentials
    let mean = output.potentials.reduce(0, +) / Double(max(1, problem.nodes))
    let potentials = output.potentials.map { $0 - mean }
    self.potentials = potentials
    capacityPrices = problem.sources.indices.map { arc in
      capacities[arc] < .infinity
        ? min(0, costs[arc] - potentials[problem.sources[arc]] + potentials[problem.targets[arc]])
        : 0
    }
  }

  /// What leaves each node and enters it from outside, its supply, less what the flow takes away, rounded once:
  /// 0 up to rounding, and but for what supplies miss the sum 0 by.
  public var imbalances: [Double] {
    var balance = supplies.map { UnroundedSum([$0]) }
    for (arc, amount) in flows.enumerated() where amount != 0 {
      balance[problem.sources[arc]] -= amount
      balance[problem.targets[arc]] += amount
    }
    return balance.map(\.value)
  }

  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a node.
  public var infeasibility: Double {
    let bounds = zip(flows, capacities).map { max(-$0, $0 - $1) }
    return imbalances.reduce(bounds.reduce(0, max)) { max($0, abs($1)) }
  }

  /// By how much the cost of no flow can be below the value less this number: 0 up to rounding.
  ///
  /// The sum of what complementary slackness leaves, x r where the reduced cost r is above 0 and
  /// (capacity - x) |r| where it is below; of what the value differs by from costs . x; and of what nodes lose or
  /// gain, at the price of the greatest difference of two potentials, or of the greatest cost if that is more, or
  /// of 1 if all are 0. So 0 means that the flow is one, and that no other is cheaper.
  public var dualityGap: Double {
    var gap = 0.0
    var difference = UnroundedSum([value])
    let most = mostOnAnArc
    for (arc, flow) in flows.enumerated() {
      if flow != 0 { difference.addProduct(-costs[arc], flow) }
      let reduced = reducedCost(of: arc)
      if reduced > 0, flow > 0 { gap += reduced * flow }
      let room = min(capacities[arc], most) - flow
      if reduced < 0, room > 0 { gap -= reduced * room }
      let beyond = max(flow - capacities[arc], -flow)
      if beyond > 0 { gap += beyond * (abs(reduced) + abs(costs[arc])) }
    }
    let lost = imbalances.reduce(0) { $0 + abs($1) }
    return gap + abs(difference.value) + (lost > 0 ? lost * priceOfMass : 0)
  }

  /// The reduced cost, rounded once; forbidden arcs have none.
  private func reducedCost(of arc: Int) -> Double {
    guard costs[arc] < .infinity else { return 0 }
    return UnroundedSum([
      costs[arc], -prices[problem.sources[arc]], prices[problem.targets[arc]],
    ]).value
  }

  private var priceOfMass: Double {
    let spread = (prices.max() ?? 0) - (prices.min() ?? 0)
    let greatest = costs.reduce(spread) { $1 < .infinity ? max($0, abs($1)) : $0 }
    return greatest > 0 ? greatest : 1
  }

  /// An optimal flow has no more on an arc than all that is supplied, and all that cycles of negative cost can
  /// carry: they hold an arc of negative cost with a capacity, or else another that has one.
  private var mostOnAnArc: Double {
    let limited = costs.indices.filter { capacities[$0] < .infinity && costs[$0] < .infinity }
    let isLimited = costs.indices.allSatisfy { costs[$0] >= 0 || capacities[$0] < .infinity }
    let cycles = isLimited ? limited.filter { costs[$0] < 0 } : limited
    return cycles.reduce(supplies.reduce(0) { $0 + max(0, $1) }) { $0 + capacities[$1] }
  }
}
