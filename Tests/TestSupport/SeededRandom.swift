/// SplitMix64: the tests' numbers, the same on every machine.
/// G. Steele, D. Lea, C. Flood, OOPSLA 2014, doi:10.1145/2660193.2660195.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator whose numbers follow from `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension SeededRandom {
  /// Arcs between any nodes, loops and parallel ones among them.
  public mutating func arcs(_ count: Int, nodes: Int) -> [(tail: Int, head: Int)] {
    (0..<count).map { _ in
      (tail: Int.random(in: 0..<nodes, using: &self), head: Int.random(in: 0..<nodes, using: &self))
    }
  }
}
