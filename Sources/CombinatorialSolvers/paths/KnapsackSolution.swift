/// The items that a knapsack takes at the least cost, and the distances that prove it.
public struct KnapsackSolution: OptimalSolution {
  /// z*: the sum of the costs of the items taken.
  public let value: Double
  /// The items taken, in ascending order. This is the primal solution u*, hence dz*/dcosts: 1 at these, 0
  /// elsewhere.
  public let items: [Int]

  let sack: Sack
  let costs: CostMatrix

  private enum CodingKeys: CodingKey { case value, items }

  /// What the items taken weigh together.
  public var weight: Int { items.reduce(0) { $0 + sack.weights[$1] } }

  /// dz*/dcosts, `[items]`: 1 at the items taken.
  public var gradient: [Double] { indicator(of: items, count: sack.weights.count) }

  /// The dual solution, `[items + 1, capacity + 1]`: the least cost that the items from one on can still add
  /// within a rest of the capacity. It is 0 behind the last item, and at most that of the next item, with
  /// the same rest or with the item's cost and weight less. At the first item and full capacity it is z*. A
  /// capacity beyond the sum of the weights counts as that sum.
  ///
  /// Computed from the last item to the first, other than the answer. Complexity: that of ``Knapsack``, in
  /// 8 bytes a state, at each call.
  public var potentials: [Double] {
    guard costs.isKept else { return [] }
    let (count, states) = (sack.weights.count, sack.capacity + 1)
    var potentials = [Double](repeating: 0, count: (count + 1) * states)
    for item in (0..<count).reversed() {
      let (weight, cost) = (sack.weights[item], costs[item])
      for rest in 0..<states {
        let next = (item + 1) * states + rest
        let taken = weight <= rest ? potentials[next - weight] + cost : .infinity
        potentials[item * states + rest] = min(potentials[next], taken)
      }
    }
    return potentials
  }

  /// The value less the dual objective, the potential of the first item at full capacity: 0 up to rounding, n
  /// * 2^-52 of the value for n items, and the choice is optimal. It is infinite if the items do not fit.
  /// Nothing cancels, so that magnitudes far apart hide nothing. Complexity: that of ``potentials``, at each
  /// call.
  public var dualityGap: Double {
    guard costs.isKept, weight <= sack.capacity else { return .infinity }
    return max(0, items.reduce(0) { $0 + costs[$1] } - potentials[sack.capacity])
  }

  /// Whether this is the only optimal choice: to decide otherwise on an item costs more, whatever comes after.
  ///
  /// Sums that rounding cannot tell apart count as equal: so `true` is certain, and `false` is not. Complexity:
  /// that of ``potentials``, at each call.
  public var isUnique: Bool {
    guard costs.isKept else { return false }
    let (potentials, states) = (potentials, sack.capacity + 1)
    let isTaken = gradient
    let tolerance = 2 * Double(sack.weights.count) * .ulpOfOne * abs(value)
    var rest = sack.capacity
    return sack.weights.indices.allSatisfy { item in
      let weight = sack.weights[item]
      let without = (item + 1) * states + rest
      guard weight <= rest else { return true }
      let excess = potentials[without] - (potentials[without - weight] + costs[item])
      if isTaken[item] == 1 { rest -= weight }
      return isTaken[item] == 1 ? excess > tolerance : -excess > tolerance
    }
  }
}
