/// An optimal flow with the prices that prove it.
public struct MinimumCostFlowSolution: OptimalSolution {
  /// z*.
  public let value: Double
  /// `[arcs]`: x, hence dz*/dcosts.
  public let flows: [Double]
  /// `[nodes]`: y, dz*/dsupplies along changes that keep their sum 0. `costs - y[tail] + y[head]` is at
  /// least 0 where an arc has no flow, at most 0 where it is full, 0 between.
  public let potentials: [Double]
  /// `[arcs]`: w = min(0, reduced cost) of arcs with a capacity, dz*/dcapacities.
  public let capacityPrices: [Double]

  let graph: DirectedGraph
  let costs: CostMatrix
  let limits: FlowLimits
  /// The potentials before their mean, which may be great, is taken from all.
  let prices: [Double]

  private enum CodingKeys: CodingKey { case value, flows, potentials, capacityPrices }

  /// dz*/dcosts: the flows.
  public var gradient: [Double] { flows }

  /// What leaves each node and enters it from outside, its supply, less what the flow takes away, rounded once:
  /// 0 up to rounding, and but for what supplies miss the sum 0 by.
  public var imbalances: [Double] {
    graph.imbalances(of: flows, supplies: limits.supplies)
  }

  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a node.
  public var infeasibility: Double {
    let bounds = flows.indices.map { max(-flows[$0], flows[$0] - limits.capacity($0)) }
    return imbalances.reduce(bounds.reduce(0, max)) { max($0, abs($1)) }
  }

  /// By how much the cost of no flow can be below the value less this number: 0 up to rounding.
  ///
  /// The sum of what complementary slackness leaves, x r where the reduced cost r is above 0 and
  /// (capacity - x) |r| where it is below; of what the value differs by from costs . x; and of what nodes lose or
  /// gain, at the price of the greatest difference of two potentials, or of the greatest cost if that is more, or
  /// of 1 if all are 0. So 0 means that the flow is one, and that no other is cheaper.
  public var dualityGap: Double {
    guard costs.isKept else { return .infinity }
    var gap = 0.0
    var difference = UnroundedSum([value])
    let most = mostOnAnArc
    for (arc, flow) in flows.enumerated() {
      if flow != 0 { difference.addProduct(-costs[arc], flow) }
      let reduced = reducedCost(of: arc)
      if reduced > 0, flow > 0 { gap += reduced * flow }
      let room = min(limits.capacity(arc), most) - flow
      if reduced < 0, room > 0 { gap -= reduced * room }
      let beyond = max(flow - limits.capacity(arc), -flow)
      if beyond > 0 { gap += beyond * (abs(reduced) + abs(costs[arc])) }
    }
    let lost = imbalances.reduce(0) { $0 + abs($1) }
    return gap + abs(difference.value) + (lost > 0 ? lost * priceOfMass : 0)
  }

  /// The reduced cost, rounded once; forbidden arcs have none.
  private func reducedCost(of arc: Int) -> Double {
    guard costs[arc] < .infinity else { return 0 }
    return UnroundedSum([
      costs[arc], -prices[Int(graph.tails[arc])], prices[Int(graph.heads[arc])],
    ]).value
  }

  private var priceOfMass: Double {
    let spread = (prices.max() ?? 0) - (prices.min() ?? 0)
    let greatest = flows.indices.reduce(spread) {
      costs[$1] < .infinity ? max($0, abs(costs[$1])) : $0
    }
    return greatest > 0 ? greatest : 1
  }

  /// An optimal flow has no more on an arc than all that is supplied, and all that cycles of negative cost can
  /// carry: they hold an arc of negative cost with a capacity, or else another that has one.
  private var mostOnAnArc: Double {
    let limited = flows.indices.filter {
      limits.capacity($0) < .infinity && costs[$0] < .infinity
    }
    let isLimited = flows.indices.allSatisfy { costs[$0] >= 0 || limits.capacity($0) < .infinity }
    let cycles = isLimited ? limited.filter { costs[$0] < 0 } : limited
    return cycles.reduce(limits.supplies.reduce(0) { $0 + max(0, $1) }) {
      $0 + limits.capacity($1)
    }
  }
}
