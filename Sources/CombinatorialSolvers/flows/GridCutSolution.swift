/// The minimum cut of a grid, and the flow that proves it.
public struct GridCutSolution: OptimalSolution {
  /// z*: the sum of the costs in the cut.
  public let value: Double
  /// `[rows, columns]`: whether a cell lies on the source's side.
  public let isOnSourceSide: [Bool]
  /// `[2 + neighbors, rows, columns]`: a maximum flow, after the smaller of a cell's source and sink has
  /// been taken from both.
  public let flow: [Double]
  /// Positions, ascending, of the costs in the cut: this is u*, hence dz*/dcosts: 1 at these, 0 elsewhere.
  public let cutCosts: [Int]

  let grid: GridArcs
  /// `[2 + neighbors, rows, columns]`; none if they were not kept.
  let costs: [Double]

  private enum CodingKeys: CodingKey { case value, isOnSourceSide, flow, cutCosts }

  /// dz*/dcosts, `[2 + neighbors, rows, columns]`: 1 at the costs in the cut, 0 elsewhere.
  public var gradient: [Double] {
    indicator(of: cutCosts, count: costCount)
  }

  private var costCount: Int { (2 + grid.neighbors.rawValue) * grid.cells }

  /// What comes into each cell less what goes out, rounded once: 0 up to rounding.
  public var imbalances: [Double] {
    var balance = (0..<grid.cells).map { UnroundedSum([flow[$0], -flow[grid.cells + $0]]) }
    grid.forEachArc { position, from, to in
      guard flow[position] != 0 else { return }
      balance[from] -= flow[position]
      balance[to] += flow[position]
    }
    return balance.map(\.value)
  }

  /// By how much no cut can be below the value less this number: 0 up to rounding, and flow and cut are optimal.
  ///
  /// The difference of the cost of the cut and of what reaches the sink, with what every cell costs on either
  /// side, and all by which the flow breaks its rules: what cells lose or gain, and what is below 0 or above a
  /// capacity. 0 means that the flow is one, and that the cut has its value.
  public var dualityGap: Double {
    guard costs.count == costCount, flow.count == costCount else { return .infinity }
    var difference = UnroundedSum([value])
    for cell in 0..<grid.cells {
      difference -= min(costs[cell], costs[grid.cells + cell])
      difference -= flow[grid.cells + cell]
    }
    let lost = imbalances.reduce(0) { $0 + abs($1) }
    return bounds.reduce(abs(difference.value) + lost) { $0 + max(0, $1) }
  }

  /// By how much the flow breaks its rules at most: below 0, above a capacity, or lost in a cell.
  public var infeasibility: Double {
    bounds.reduce(imbalances.reduce(0) { max($0, abs($1)) }, max)
  }

  /// Whether this is the only minimum cut: whether what the flow leaves of costs leads from the source to every cell
  /// on its side.
  ///
  /// No minimum cut holds a cost that exceeds its flow by more than ``dualityGap``: so `true` is certain, and
  /// `false` is not. Complexity: O(cells), at each call.
  public var isUnique: Bool {
    let gap = dualityGap
    guard gap < .infinity else { return false }
    var search = ResidualSearch(nodeCount: grid.cells)
    grid.forEachArc { position, from, to in
      if costs[position] - flow[position] > gap { search.add(from: from, to: to) }
      if flow[position] > gap { search.add(from: to, to: from) }
    }
    let isReached = search.nodes(
      from: (0..<grid.cells).filter { cell in
        let (source, sink) = (costs[cell], costs[grid.cells + cell])
        let isFull = source < .infinity && UnroundedSum([source, -sink, -flow[cell]]).value <= gap
        return source > sink && !isFull
      })
    return zip(isOnSourceSide, isReached).allSatisfy { !$0 || $1 }
  }

  /// By how much each part of the flow exceeds its capacity, or is less than 0.
  private var bounds: [Double] {
    var above = flow.map { -$0 }
    for cell in 0..<grid.cells {
      let (source, sink) = (costs[cell], costs[grid.cells + cell])
      let terminals = [(cell, source, sink), (grid.cells + cell, sink, source)]
      for (position, cost, other) in terminals where flow[position] > 0 {
        above[position] = flow[position]
        guard cost > other else { continue }
        above[position] =
          cost < .infinity ? UnroundedSum([flow[position], -cost, other]).value : -.infinity
      }
    }
    grid.forEachArc { position, _, _ in
      above[position] = max(above[position], flow[position] - costs[position])
    }
    return above
  }
}
