/// What a matching may cost more than the best one, by the potentials of one of its sides.
///
/// Any potentials v of the columns bound the value of every matching from below (Lagrange): a row pays at
/// least its least reduced cost `c - v`, and a column at least the lesser of v and what staying unmatched
/// costs it. So the gap is a sum of parts that are none below 0: for each row, how much its own reduced cost
/// is above the least one of its row; for each column, how much what it pays is above its bound. Each part is
/// a difference of four numbers, taken without rounding: terms of 1e300 hide nothing.
struct MatchingGap {
  private(set) var value = 0.0
  /// Whether no reduced cost so far was rounded: of integers, say, which are not worth another way.
  private var rowsAreExact = true

  /// A number less a potential.
  struct Reduced {
    var cost, potential: Double

    /// By how much this is above another; 0 if it is not.
    func excess(over other: Reduced) -> Double {
      let (here, there) = (cost - potential, other.cost - other.potential)
      if here - there < -0x1p-50 * (abs(here) + abs(there)) { return 0 }
      // Not finite by a cost near the greatest double.
      guard (here - there).isFinite else { return max(0, here - there) }
      // Numbers near each other differ by one, and so do most of their roundings.
      let lost = (
        roundoff(of: here, cost, potential), roundoff(of: there, other.cost, other.potential)
      )
      if roundoff(of: here - there, here, there) == 0,
        roundoff(of: lost.0 - lost.1, lost.0, lost.1) == 0
      {
        return max(0, (here - there) + (lost.0 - lost.1))
      }
      return max(0, UnroundedSum([cost, -potential, -other.cost, other.potential]).value)
    }
  }

  /// A row that pays `own`, and might have paid any of the others.
  mutating func add(own: Reduced, others: some Sequence<Reduced>) {
    var worst = 0.0
    for other in others where other.cost < .infinity { worst = max(worst, own.excess(over: other)) }
    value += worst
  }

  /// A row of pairs that lie side by side, of which it has `own` and pays that, or has none and pays something
  /// else. A potential of -infinity closes a column.
  ///
  /// Four at a time: where no other pair comes near what is paid there is nothing to add, and differences that
  /// are exact need no more than the least of them.
  mutating func add(
    own: Int, paying other: Reduced? = nil, costs: UnsafeBufferPointer<Double>,
    potentials: UnsafeBufferPointer<Double>
  ) {
    let own = (index: own, paid: other ?? Reduced(cost: costs[own], potential: potentials[own]))
    let paid = own.paid.cost - own.paid.potential
    // Where nothing was rounded, the least of all tells, its own pair among them.
    if rowsAreExact, paid.isFinite, roundoff(of: paid, own.paid.cost, own.paid.potential) == 0,
      let least = leastExact(costs, potentials)
    {
      return value += max(0, paid - least)
    }
    rowsAreExact = false
    let other = leastReduced(costs, potentials, but: own.index)
    if other - paid > 0x1p-50 * (abs(other) + abs(paid)) { return }
    var worst = 0.0
    for j in costs.indices where potentials[j] > -.infinity && costs[j] < .infinity {
      let reduced = costs[j] - potentials[j]
      if reduced - paid > 0x1p-50 * (abs(reduced) + abs(paid)) { continue }
      let pair = Reduced(cost: costs[j], potential: potentials[j])
      worst = max(worst, own.paid.excess(over: pair))
    }
    value += worst
  }

  /// A column of which `used` of `capacity` places are taken, where a free place costs `price`.
  mutating func add(potential: Double, used: Int, capacity: Int, price: Double) {
    if potential > price {
      value += Double(used) * UnroundedSum([potential, -price]).value
    } else if used < capacity {
      value += Double(capacity - used) * UnroundedSum([price, -potential]).value
    }
  }
}

extension CostMatrix {
  /// A gradient by these costs that is 1 at the pairs of a matching.
  func indicator(of columnOfRow: [Int32]) -> [Double] {
    let pairs = columnOfRow.enumerated().lazy.filter { $0.element >= 0 }
    return CombinatorialSolvers.indicator(
      of: pairs.map { $0.offset * columns + Int($0.element) }, count: rows * columns)
  }
}

/// The least reduced cost of a row but for that of one pair; +infinity if there is no other.
@inline(__always)
private func leastReduced(
  _ costs: UnsafeBufferPointer<Double>, _ potentials: UnsafeBufferPointer<Double>, but own: Int
) -> Double {
  var least = Lanes(repeating: .infinity)
  for start in stride(from: 0, to: costs.count, by: Lanes.scalarCount) {
    var reduced =
      lanes(of: costs, from: start, filling: .infinity)
      - lanes(of: potentials, from: start, filling: 0)
    if own &- start < Lanes.scalarCount, own >= start { reduced[own &- start] = .infinity }
    least.replace(with: reduced, where: reduced .< least)
  }
  return least.leastLane
}

/// The least reduced cost of a row, one of which is finite; nil if rounding has made anything of them.
@inline(__always)
private func leastExact(
  _ costs: UnsafeBufferPointer<Double>, _ potentials: UnsafeBufferPointer<Double>
) -> Double? {
  var least = Lanes(repeating: .infinity)
  var isInexact = SIMDMask<SIMD4<Int64>>(repeating: false)
  for start in stride(from: 0, to: costs.count, by: Lanes.scalarCount) {
    let cost = lanes(of: costs, from: start, filling: .greatestFiniteMagnitude)
    let potential = lanes(of: potentials, from: start, filling: 0)
    let reduced = cost - potential
    isInexact = isInexact .| (roundoff(of: reduced, cost, potential) .!= 0)
    least.replace(with: reduced, where: reduced .< least)
  }
  return any(isInexact) ? nil : least.leastLane
}

/// More would not stay in the registers of a processor that has no more than SSE2.
private typealias Lanes = SIMD4<Double>

extension Lanes {
  fileprivate var leastLane: Double {
    Swift.min(Swift.min(self[0], self[1]), Swift.min(self[2], self[3]))
  }
}

/// Numbers from a place on; what lies behind the last is `filler`.
@inline(__always)
private func lanes(
  of numbers: UnsafeBufferPointer<Double>, from start: Int, filling filler: Double
) -> Lanes {
  if start + Lanes.scalarCount <= numbers.count {
    return UnsafeRawPointer(numbers.baseAddress! + start).loadUnaligned(as: Lanes.self)
  }
  var lanes = Lanes(repeating: filler)
  for j in start..<numbers.count { lanes[j - start] = numbers[j] }
  return lanes
}

/// What rounding has made of a - b: D. E. Knuth, The Art of Computer Programming 2, 4.2.2. NaN for infinities.
@inline(__always)
func roundoff(of difference: Double, _ a: Double, _ b: Double) -> Double {
  let taken = a - difference
  return (a - (difference + taken)) + (taken - b)
}

/// The same for lanes.
@inline(__always)
private func roundoff(of difference: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
  let taken = a - difference
  return (a - (difference + taken)) + (taken - b)
}
