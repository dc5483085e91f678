import CombinatorialSolvers
import TestSupport
import Testing

/// Minimum-cost flows against all of their bases, without rounding.
struct FarApartNetworkTests {
  @Test func minimumCostFlows() {
    FarApart.check(
      "MinimumCostFlow",
      // Greater costs leave no room for the sums of potentials; the value may exceed the largest double.
      allows: {
        if case .invalidOption(_, let cost, _) = $0.reason { abs(cost) > 1e280 } else { false }
      },
      { numbers in
        let network = ExactNetwork(&numbers)
        let best = network.best()
        let hasCycle = network.hasUnboundedCycle()
        do {
          return try FarApart.judge(least: hasCycle ? nil : best?.cost) {
            let problem = MinimumCostFlow(
              try DirectedGraph(nodeCount: network.nodes, arcs: network.arcs))
            let solution = try problem.solve(
              costs: network.costs, supplies: network.supplies, capacities: network.capacities)
            return hasCycle
              ? .wrong("a flow beside an unbounded cycle") : network.verdict(solution, best)
          }
        } catch let error as CombinatorialError where error == .outOfRange {
          return network.mayOverflow
            ? .refused : .wrong("out of range: \(best?.magnitude ?? .nan)")
        }
      })
  }
}

/// A small network, and the optimum over all spanning forests with every other arc empty or full.
private struct ExactNetwork {
  let nodes: Int
  let arcs: [(tail: Int, head: Int)]
  let costs, capacities, supplies: [Double]

  /// A flow as the signed supplies and capacities that add up to it.
  private typealias Terms = [Double]

  /// Costs of any magnitude, beside supplies and capacities that do not take the value out of range;
  /// or, of some instances, all of any magnitude.
  init(_ numbers: inout FarApartNumbers) {
    nodes = 2 + numbers.below(3)
    let isSmall = !numbers.oneIn(4)
    // Pairs of nodes, so that supplies add up to 0 exactly; an arc joins most of them.
    let order = numbers.shuffled(Array(0..<nodes))
    var supplies = [Double](repeating: 0, count: nodes)
    var arcs: [(tail: Int, head: Int)] = []
    for (from, to) in [(order[0], order[1])] + (nodes > 3 ? [(order[2], order[3])] : []) {
      let amount = numbers.magnitude() * (isSmall ? 0x1p-400 : 1)
      (supplies[from], supplies[to]) = (amount, -amount)
      if !numbers.oneIn(4) { arcs.append((from, to)) }
    }
    for _ in 0..<1 + numbers.below(5) {
      arcs.append((numbers.below(nodes), numbers.below(nodes)))
    }
    capacities = arcs.map { _ in
      numbers.oneIn(3) ? .infinity : numbers.cost(isSigned: false) * (isSmall ? 0x1p-400 : 1)
    }
    // Few arcs without a capacity cost less than 0, lest most instances be unbounded.
    costs = capacities.map { capacity in
      let isSigned = capacity < .infinity || numbers.oneIn(4)
      let cost =
        numbers.oneIn(2) ? numbers.number(isSigned: isSigned) : numbers.cost(isSigned: isSigned)
      return isSmall ? cost * 0x1p-100 : cost
    }
    (self.supplies, self.arcs) = (supplies, arcs)
  }

  /// The greatest product of a cost and a flow may be beyond the range of double.
  var mayOverflow: Bool {
    let greatest = costs.reduce(0) { $1 < .infinity ? max($0, abs($1)) : $0 }
    let masses = supplies.map(abs) + capacities.filter(\.isFinite)
    return !(greatest * masses.reduce(0, +)).isFinite
  }

  private func isOpen(_ arc: Int) -> Bool { costs[arc] < .infinity && capacities[arc] > 0 }

  /// Whether arcs without a capacity lead round at a negative cost.
  func hasUnboundedCycle() -> Bool {
    var sums = [ExactSum](repeating: ExactSum(), count: nodes)
    for _ in 0...nodes {
      var changes = false
      for arc in arcs.indices where isOpen(arc) && capacities[arc] == .infinity {
        var offer = sums[arcs[arc].tail]
        offer += costs[arc]
        guard offer < sums[arcs[arc].head] else { continue }
        sums[arcs[arc].head] = offer
        changes = true
      }
      if !changes { return false }
    }
    return true
  }

  func best() -> (cost: ExactSum, magnitude: Double)? {
    var best: (cost: ExactSum, magnitude: Double)?
    let open = arcs.indices.filter(isOpen)
    for set in 0..<1 << open.count {
      let forest = open.indices.filter { set >> $0 & 1 == 1 }.map { open[$0] }
      guard isForest(forest) else { continue }
      let rest = open.filter { !forest.contains($0) }
      let bounded = rest.filter { capacities[$0] < .infinity }
      guard forest.count == rank(open) else { continue }
      for fullSet in 0..<1 << bounded.count {
        let full = bounded.indices.filter { fullSet >> $0 & 1 == 1 }.map { bounded[$0] }
        guard let flow = flow(forest: forest, full: full) else { continue }
        var (cost, magnitude) = (ExactSum(), 0.0)
        for (arc, terms) in flow {
          for term in terms { cost.addProduct(costs[arc], term) }
          magnitude += abs(costs[arc] * ExactSum(terms).value)
        }
        if best.map({ cost < $0.cost }) ?? true { best = (cost, magnitude) }
      }
    }
    return best
  }

  private func isForest(_ set: [Int]) -> Bool { rank(set) == set.count }

  /// How many of the arcs a largest forest of them has.
  private func rank(_ set: [Int]) -> Int {
    var labels = Array(0..<nodes)
    return set.count { arc in
      let (a, b) = (labels[arcs[arc].tail], labels[arcs[arc].head])
      for node in labels.indices where labels[node] == a { labels[node] = b }
      return a != b
    }
  }

  /// The flow with these arcs full and the forest's as supplies ask for; nil if it breaks a bound.
  private func flow(forest: [Int], full: [Int]) -> [(arc: Int, terms: Terms)]? {
    var left: [Terms] = supplies.map { $0 == 0 ? [] : [$0] }
    var flow: [(arc: Int, terms: Terms)] = []
    for arc in full where arcs[arc].tail != arcs[arc].head {
      left[arcs[arc].tail].append(-capacities[arc])
      left[arcs[arc].head].append(capacities[arc])
    }
    for arc in full { flow.append((arc, [capacities[arc]])) }
    var open = forest
    while !open.isEmpty {
      let leaf = open.indices.lazy.compactMap { place -> (place: Int, node: Int)? in
        let ends = [arcs[open[place]].tail, arcs[open[place]].head]
        return ends.first { node in
          open.count { arcs[$0].tail == node || arcs[$0].head == node } == 1
        }.map { (place, $0) }
      }.first
      guard let leaf else { return nil }
      let arc = open.remove(at: leaf.place)
      let leaves = arcs[arc].tail == leaf.node
      let terms = leaves ? left[leaf.node] : left[leaf.node].map { -$0 }
      let other = leaves ? arcs[arc].head : arcs[arc].tail
      left[other] += left[leaf.node]
      left[leaf.node] = []
      let amount = ExactSum(terms)
      guard !(amount < ExactSum()) else { return nil }
      if capacities[arc] < .infinity, ExactSum([capacities[arc]]) < amount { return nil }
      flow.append((arc, terms))
    }
    return left.allSatisfy { ExactSum($0) == ExactSum() } ? flow : nil
  }

  func verdict(
    _ solution: MinimumCostFlowSolution, _ best: (cost: ExactSum, magnitude: Double)?
  ) -> FarApart.Verdict {
    var (cost, magnitude) = (ExactSum(), 0.0)
    for (arc, flow) in solution.flows.enumerated() {
      guard flow >= 0, flow <= capacities[arc], flow == 0 || isOpen(arc) else {
        return .wrong("\(flow) on arc \(arc) of \(capacities[arc])")
      }
      guard flow > 0 else { continue }
      cost.addProduct(costs[arc], flow)
      magnitude += abs(costs[arc] * flow)
    }
    for node in 0..<nodes {
      let (out, into) = (
        arcs.indices.filter { arcs[$0].tail == node }.map { solution.flows[$0] },
        arcs.indices.filter { arcs[$0].head == node }.map { solution.flows[$0] }
      )
      let lost = ExactSum([supplies[node]] + into) - ExactSum(out)
      // In the header of the kernel: what may stay of what a node has to do with.
      let passing = abs(supplies[node]) + into.reduce(0, +) + out.reduce(0, +)
      if abs(lost.value) > 0x1p-28 * passing { return .wrong("node \(node) loses \(lost.value)") }
    }
    // What every node may keep is enough of a solution where there is no exact one.
    guard best != nil else { return .right }
    let count = Double(nodes + arcs.count)
    let least = count * .leastNonzeroMagnitude
    let bound = count * 0x1p-49 * (magnitude + (best?.magnitude ?? 0)) + least
    return FarApart.verdict(
      cost: cost, value: solution.value, gap: solution.dualityGap, least: best?.cost,
      bound: bound, valueBound: count * 0x1p-50 * magnitude + least)
  }
}
