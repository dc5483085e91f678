import CombinatorialSolvers
import TestSupport
import Testing

/// Knapsacks against all sets of items, in exact sums.
struct FarApartKnapsackTests {
  @Test func knapsacks() { check("Knapsack", isFloat: false) }
  @Test func knapsacksOfFloats() { check("Knapsack of floats", isFloat: true) }

  private func check(_ name: String, isFloat: Bool) {
    FarApart.check(name, isFloat: isFloat) { numbers in
      let weights = (0..<numbers.below(8)).map { _ in numbers.below(6) }
      let capacity = numbers.below(15)
      let costs = weights.map { _ in
        let cost = numbers.cost()
        return cost < .infinity && numbers.oneIn(2) ? -abs(cost) : cost
      }
      var (best, least) = ([Int](), ExactSum())
      for set in 0..<1 << weights.count {
        let items = weights.indices.filter { set >> $0 & 1 == 1 && costs[$0] < .infinity }
        let sum = ExactSum(items.map { costs[$0] })
        guard items.reduce(0, { $0 + weights[$1] }) <= capacity, sum < least else { continue }
        (best, least) = (items, sum)
      }
      let problem = Knapsack(weights: weights, capacity: capacity)
      return try FarApart.judge(least: least) {
        let solution =
          try isFloat ? problem.solve(costs.map(Float.init)) : problem.solve(costs)
        let terms = solution.items.map { costs[$0] }
        let rounding =
          Double(weights.count) * .ulpOfOne * best.reduce(0) { $0 + abs(costs[$1]) }
        return FarApart.verdict(
          cost: solution.weight <= capacity && terms.allSatisfy { $0 < 0 } ? ExactSum(terms) : nil,
          value: solution.value, gap: solution.dualityGap, least: least, bound: rounding,
          valueBound: FarApart.rounding(terms), gapBound: 2 * rounding)
      }
    }
  }
}
