/// What proves a plan optimal, without a rounding that could hide a small term behind a great one: sums of
/// magnitudes, each of which is rounded only after what its parts share has cancelled.
extension TransportSolution {
  /// How much more than z* the plan costs, at most: 0 up to rounding; +infinity if a row or column lacks mass.
  ///
  /// The sum of what the plan pays above the potentials, of what these exceed the costs by (times the mass of
  /// the row or column, whichever has less), and of what the masses of the plan differ by from supply and
  /// demand, at the potentials. Where the kernel went on without any rounding, as magnitudes lay too far apart
  /// for doubles, what it proved holds if that is less. O(rows columns).
  public var dualityGap: Double {
    let (missing, unmet) = (surplus, scaledShortage)
    guard matrix.isKept, isComplete(missing, of: supply), isComplete(unmet, of: scaledDemand) else {
      return .infinity
    }
    var gap = 0.0
    for entry in plan {
      let (u, v) = (rowPotentials[entry.row], columnPotentials[entry.column])
      gap += term(entry.mass, excess(of: u, v, over: matrix[entry.row, entry.column]))
    }
    let above = violations
    for row in supply.indices {
      gap += term(supply[row], above.rows[row])
      gap += term(missing[row], restPrice(rowPotentials[row], prices.surplus))
    }
    for column in demand.indices {
      gap += term(demand[column], above.columns[column])
      gap += term(unmet[column], restPrice(columnPotentials[column], prices.shortage))
    }
    return min(gap, self.excess)
  }

  /// By how much potentials exceed what they may: u[i] + v[j] a cost and, with a priced imbalance, u[i]
  /// the surplus cost and v[j] the shortage cost. 0 up to rounding. O(rows columns).
  public var dualViolation: Double {
    var violation = 0.0
    for (row, u) in rowPotentials.enumerated() {
      for (column, v) in columnPotentials.enumerated() {
        violation = max(violation, excess(of: u, v, over: matrix[row, column]))
      }
    }
    guard case .priced(let surplus, let shortage) = prices else { return violation }
    violation = rowPotentials.reduce(violation) { max($0, $1 - surplus) }
    return columnPotentials.reduce(violation) { max($0, $1 - shortage) }
  }

  /// What each potential has to be lowered by so that none exceeds a cost: of a pair, that of less mass.
  private var violations: (rows: [Double], columns: [Double]) {
    var rows = rowPotentials.map { u in max(0, prices.surplus.map { u - $0 } ?? 0) }
    var columns = columnPotentials.map { v in max(0, prices.shortage.map { v - $0 } ?? 0) }
    for (row, u) in rowPotentials.enumerated() {
      for (column, v) in columnPotentials.enumerated() {
        let above = excess(of: u, v, over: matrix[row, column])
        guard above > 0 else { continue }
        if supply[row] < demand[column] {
          rows[row] = max(rows[row], above)
        } else {
          columns[column] = max(columns[column], above)
        }
      }
    }
    return (rows, columns)
  }

  /// u + v - cost, rounded after what they share has cancelled (D. Knuth's sum and its error).
  private func excess(of u: Double, _ v: Double, over cost: Double) -> Double {
    let sum = cost - v
    guard sum.isFinite else { return sum == .infinity ? -.infinity : u / 2 + v / 2 - cost / 2 }
    let ofCost = sum + v
    let error = (cost - ofCost) + (-v - (sum - ofCost))
    return (u - sum) - error
  }

  /// The demand that the plan is to meet: where an imbalance is refused, of the total of the supply.
  private var scaledDemand: [Double] {
    guard case .refused = prices else { return demand }
    let difference = (supply + demand.map { -$0 }).compensatedSum
    let demanded = demand.compensatedSum
    guard difference != 0, demanded > 0 else { return demand }
    return demand.map { $0 + $0 * (difference / demanded) }
  }

  private var scaledShortage: [Double] {
    plan.reduce(into: scaledDemand) { $0[$1.column] -= $1.mass }
  }

  /// Whether what is left of the masses is rounding of each; with a priced imbalance more may be.
  private func isComplete(_ left: [Double], of masses: [Double]) -> Bool {
    let isPriced = if case .priced = prices { true } else { false }
    let (supplied, demanded) = (supply.compensatedSum, demand.compensatedSum)
    let imbalance = isPriced || supplied == 0 ? 0 : abs(supplied - demanded) / supplied
    let share = Double(supply.count + demand.count + 4) * 2 * (rounding + imbalance)
    return zip(left, masses).allSatisfy { left, mass in
      // Each subtraction from a mass, and each entry below the least normal number, is rounded.
      let rounded = share * mass + Double(plan.count) * .leastNonzeroMagnitude
      return isPriced ? left >= -rounded : abs(left) <= rounded
    }
  }

  /// What a unit that is left costs above its potential.
  private func restPrice(_ potential: Double, _ price: Double?) -> Double {
    price.map { $0 - potential } ?? potential
  }

  /// |mass price|; 0 where nothing is left, whatever its price.
  private func term(_ mass: Double, _ price: Double) -> Double {
    mass == 0 || price == 0 ? 0 : abs(mass * price)
  }
}

extension Transport.Imbalance {
  fileprivate var surplus: Double? {
    if case .priced(let surplus, _) = self { surplus } else { nil }
  }

  fileprivate var shortage: Double? {
    if case .priced(_, let shortage) = self { shortage } else { nil }
  }
}

extension [Double] {
  /// The sum, with what each addition rounds added up beside it (A. Neumaier, ZAMM 54 (1974)).
  var compensatedSum: Double {
    var (sum, rest) = (0.0, 0.0)
    for x in self {
      let next = sum + x
      rest += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum
      sum = next
    }
    return sum + rest
  }
}
