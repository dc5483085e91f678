import CombinatorialSolvers
import TestSupport

/// A small transport problem, and its optimum over all spanning trees without rounding.
struct ExactTransport {
  let costs, supply, demand: [Double]
  /// What a unit that stays, and one that is missing, costs; nil: the totals are equal.
  var prices: (surplus: Double, shortage: Double)?

  var rows: Int { supply.count }
  var columns: Int { demand.count }
  /// How many roundings of a unit in the last place the documentation allows.
  private var share: Double { Double(rows + columns + (prices == nil ? 0 : 2)) * 0x1p-52 }

  typealias Optimum = (cost: ExactSum, magnitude: Double)

  /// Masses of both sides with the same total, exactly: few bits of one magnitude, or the same numbers of any
  /// magnitude on both sides in another order.
  static func balanced(
    _ numbers: inout FarApartNumbers, rows: Int, columns: Int, scale: Double
  ) -> (supply: [Double], demand: [Double]) {
    if rows == columns, numbers.oneIn(2) {
      let supply = (0..<rows).map { _ in numbers.magnitude() * scale }
      return (supply, numbers.shuffled(supply))
    }
    var (supply, demand) = (
      [Double](repeating: 0, count: rows), [Double](repeating: 0, count: columns)
    )
    let exponent = -400 + numbers.below(800)
    for row in 0..<rows {
      for column in 0..<columns {
        let mass = Double(
          sign: .plus, exponent: exponent + numbers.below(20), significand: Double(numbers.below(4))
        )
        (supply[row], demand[column]) = (supply[row] + mass * scale, demand[column] + mass * scale)
      }
    }
    return (supply, demand)
  }

  /// The greatest product of a cost and a mass may be beyond the range of double.
  var mayOverflow: Bool {
    let prices = prices.map { [$0.surplus, $0.shortage] } ?? []
    let greatest = (costs + prices).reduce(0) { $1 < .infinity ? max($0, abs($1)) : $0 }
    return !(greatest * (supply + demand).reduce(0, +)).isFinite
  }

  /// The least cost of a plan; nil: there is none.
  func best() -> Optimum? {
    var (costs, rows, columns) = (costs, rows, columns)
    var (supply, demand) = (supply.map { [$0] }, demand.map { [$0] })
    if let prices {
      // One more column takes what stays, one more row gives what is missing.
      costs = (0...rows).flatMap { row -> [Double] in
        row < rows
          ? costs[row * columns..<(row + 1) * columns] + [prices.surplus]
          : .init(repeating: prices.shortage, count: columns) + [0]
      }
      (supply, demand) = (supply + [demand.flatMap { $0 }], demand + [supply.flatMap { $0 }])
      (rows, columns) = (rows + 1, columns + 1)
    }
    var best: Optimum?
    for tree in 0..<1 << (rows * columns) where tree.nonzeroBitCount == rows + columns - 1 {
      guard let plan = Self.plan(tree, supply, demand) else { continue }
      var (cost, magnitude, isPlan) = (ExactSum(), 0.0, true)
      for (cell, terms) in plan {
        let mass = ExactSum(terms)
        if mass == ExactSum() { continue }
        guard ExactSum() < mass, costs[cell] < .infinity else {
          isPlan = false
          break
        }
        for term in terms { cost.addProduct(costs[cell], term) }
        magnitude += abs(costs[cell] * mass.value)
      }
      if isPlan, best.map({ cost < $0.cost }) ?? true { best = (cost, magnitude) }
    }
    return best
  }

  /// What the cells of a spanning tree carry, as signed masses that add up to it; nil if they are none.
  private static func plan(
    _ tree: Int, _ supply: [[Double]], _ demand: [[Double]]
  ) -> [(cell: Int, terms: [Double])]? {
    var left = supply + demand.map { $0.map { -$0 } }
    var open = (0..<supply.count * demand.count).filter { tree >> $0 & 1 == 1 }
    var plan: [(cell: Int, terms: [Double])] = []
    while !open.isEmpty {
      let ends = open.map { ($0 / demand.count, supply.count + $0 % demand.count) }
      var degree = [Int](repeating: 0, count: left.count)
      for (row, column) in ends {
        (degree[row], degree[column]) = (degree[row] + 1, degree[column] + 1)
      }
      guard let at = ends.firstIndex(where: { degree[$0.0] == 1 || degree[$0.1] == 1 }) else {
        return nil
      }
      let (row, column) = ends[at]
      if degree[row] == 1 {
        plan.append((open.remove(at: at), left[row]))
        left[column] += left[row]
        left[row] = []
      } else {
        plan.append((open.remove(at: at), left[column].map { -$0 }))
        left[row] += left[column]
        left[column] = []
      }
    }
    return left.allSatisfy { $0.isEmpty || ExactSum($0) == ExactSum() } ? plan : nil
  }

  /// Every row and column has its mass but for the rounding of that mass, and the plan is as cheap as the
  /// best one but for the rounding of its terms.
  ///
  /// - Parameter rounding: what may have been done to a mass where forbidden pairs leave no plan.
  func verdict(
    _ solution: TransportSolution, _ best: Optimum?, rounding: Double
  ) -> FarApart.Verdict {
    var (cost, magnitude) = (ExactSum(), 0.0)
    var (rowsLeft, columnsLeft) = (supply.map { ExactSum([$0]) }, demand.map { ExactSum([$0]) })
    for entry in solution.plan {
      let price = costs[entry.row * columns + entry.column]
      guard entry.mass > 0, price < .infinity else { return .wrong("an entry \(entry)") }
      cost.addProduct(price, entry.mass)
      magnitude += abs(price * entry.mass)
      rowsLeft[entry.row] -= entry.mass
      columnsLeft[entry.column] -= entry.mass
    }
    let share = best == nil ? share / .ulpOfOne * rounding : share
    for (left, mass) in zip(rowsLeft + columnsLeft, supply + demand) {
      let rounding = share * mass + Double(rows + columns) * .leastNonzeroMagnitude
      if left.value < -rounding || prices == nil && left.value > rounding {
        return .wrong("\(left.value) is left of \(mass)")
      }
    }
    // Forbidden pairs may leave rounding of masses where it is.
    guard let best else { return .right }
    let finite = costs.filter(\.isFinite).reduce(0) { $0 + abs($1) }
    let underflow = finite * .leastNonzeroMagnitude + 0x1p-1060
    let bound = 32 * share * max(best.magnitude, magnitude) + underflow
    var ofPrices = 0.0
    if let prices {
      for left in rowsLeft { cost.add(left, times: prices.surplus) }
      for left in columnsLeft { cost.add(left, times: prices.shortage) }
      ofPrices =
        supply.reduce(0, +) * abs(prices.surplus) + demand.reduce(0, +) * abs(prices.shortage)
    }
    // What is left of a mass is as well known as the mass.
    let planBound = bound + 4 * share * ofPrices
    let difference = (ExactSum([solution.value]) - best.cost).value
    if !(abs(difference) <= planBound) {
      return .wrong("a value off by \(difference) > \(planBound)")
    }
    let potentials =
      zip(supply + demand, solution.rowPotentials + solution.columnPotentials)
      .reduce(0.0) { $1.0 > 0 ? $0 + $1.0 * abs($1.1) : $0 }
    return FarApart.verdict(
      cost: cost, value: solution.value, gap: solution.dualityGap, least: best.cost,
      bound: planBound, valueBound: 2 * planBound,
      gapBound: 2 * planBound + 8 * share * (potentials + ofPrices))
  }
}

extension ExactSum {
  /// Adds a multiple of a sum whose terms are doubles of less than 2^1000 in magnitude, all bits of it.
  fileprivate mutating func add(_ sum: ExactSum, times factor: Double) {
    var rest = sum
    while rest != ExactSum() {
      let part = rest.value
      addProduct(part, factor)
      rest -= part
    }
  }
}
