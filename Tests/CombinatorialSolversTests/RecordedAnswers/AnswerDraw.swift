import TestSupport

/// What instances are drawn from: integers of SplitMix64, which only exact operations make numbers of, so that
/// an instance is the same on every machine, and with every version of the standard library.
struct AnswerDraw {
  private var random: SeededRandom

  /// The numbers of an instance.
  init(instance: Int) { random = SeededRandom(seed: UInt64(instance)) }

  /// One of `0 ..< count`.
  mutating func below(_ count: Int) -> Int {
    Int(((random.next() >> 32) * UInt64(count)) >> 32)
  }

  /// One of a range.
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { below(count) == 0 }

  /// A multiple of 2^-53 from 0 to 1.
  mutating func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }

  /// A size: most often up to 12, around the widths of vectors once in a while.
  mutating func size(from least: Int = 0) -> Int {
    once(in: 16) ? integer(13...34) : integer(least...12)
  }

  /// What a problem of a ragged batch uses of each; nil: all.
  mutating func counts(_ batch: Int, upTo most: Int, isRagged: Bool) -> [Int]? {
    guard isRagged else { return nil }
    return (0..<batch).map { _ in integer(max(0, most - 4)...most) }
  }

  /// Finite numbers of one of seven kinds.
  mutating func numbers(_ count: Int, signed: Bool = true) -> [Double] {
    let kind = below(7)
    let same = Double(below(4))
    return (0..<count).map { _ in
      let magnitude =
        switch kind {
        case 0: Double(below(4))
        case 1: Double(below(20))
        case 2: Double(below(1000)) * 0.25
        case 3, 4: uniform()
        case 5: same
        default: Self.scaled(uniform(), by: integer(-60...60))
        }
      return signed && kind != 5 && once(in: 2) ? 0 - magnitude : magnitude
    }
  }

  /// Costs: numbers, of which some are forbidden in a third of the instances, and one is no cost in few.
  mutating func costs(_ count: Int, signed: Bool = true) -> [Double] {
    var costs = numbers(count, signed: signed)
    if once(in: 3) {
      let rarity = integer(3...12)
      for index in costs.indices where once(in: rarity) { costs[index] = .infinity }
    }
    if count > 0, once(in: 40) { costs[below(count)] = once(in: 2) ? .nan : -.infinity }
    return costs
  }

  /// Nodes of arcs, loops and parallel ones among them; a circle through all first, if asked for.
  mutating func arcs(nodes: Int, withCircle: Bool = true) -> [(tail: Int, head: Int)] {
    guard nodes > 0 else { return [] }
    let circle = withCircle ? (0..<nodes).map { (tail: $0, head: ($0 + 1) % nodes) } : []
    return circle + (0..<below(4 * nodes)).map { _ in (tail: below(nodes), head: below(nodes)) }
  }

  private static func scaled(_ number: Double, by exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: number)
  }
}
