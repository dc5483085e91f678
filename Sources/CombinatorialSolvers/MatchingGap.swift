/// What a matching may cost more than the best one, by the potentials of one of its sides.
///
/// Any potentials v of the columns bound the value of every matching from below (Lagrange): a row pays at
/// least its least reduced cost `c - v`, and a column at least the lesser of v and what staying unmatched
/// costs it. So the gap is a sum of parts that are none below 0: for each row, how much its own reduced cost
/// is above the least one of its row; for each column, how much what it pays is above its bound. Each part is
/// a difference of four numbers, taken without rounding: terms of 1e300 hide nothing.
struct MatchingGap {
  private(set) var value = 0.0

  /// A number less a potential.
  struct Reduced {
    var cost: Double
    var potential: Double

    /// By how much this is above another; 0 if it is not.
    func excess(over other: Reduced) -> Double {
      let (here, there) = (cost - potential, other.cost - other.potential)
      if here - there < -0x1p-50 * (abs(here) + abs(there)) { return 0 }
      // Not finite by a cost near the greatest double.
      guard (here - there).isFinite else { return max(0, here - there) }
      return max(0, exactSum([cost, -potential, -other.cost, other.potential]))
    }
  }

  /// A row that pays `own`, and might have paid any of the others.
  mutating func add(own: Reduced, others: some Sequence<Reduced>) {
    var worst = 0.0
    for other in others where other.cost < .infinity { worst = max(worst, own.excess(over: other)) }
    value += worst
  }

  /// A column of which `used` of `capacity` places are taken, where a free place costs `price`.
  mutating func add(potential: Double, used: Int, capacity: Int, price: Double) {
    if potential > price {
      value += Double(used) * exactSum([potential, -price])
    } else if used < capacity {
      value += Double(capacity - used) * exactSum([price, -potential])
    }
  }
}

/// The sum of some numbers, rounded at the end alone: an expansion of parts that do not overlap (J. Shewchuk,
/// Discrete and Computational Geometry 18 (1997), doi:10.1007/PL00009321).
func exactSum(_ terms: [Double]) -> Double {
  var parts: [Double] = []
  for term in terms {
    var sum = term
    var kept: [Double] = []
    for part in parts {
      let before = sum
      sum = before + part
      let partThere = sum - before
      let error = (before - (sum - partThere)) + (part - partThere)
      if error != 0 { kept.append(error) }
    }
    kept.append(sum)
    parts = kept
  }
  return parts.reduce(0, +)
}
