/// Reproducible random numbers: SplitMix64.
///
/// The whole state is one number, so a checkpoint can store ``state`` and set it again. Period
/// 2^64. Not for cryptography.
///
/// Literature: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA
/// 2014, doi:10.1145/2660193.2660195.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
  /// What the next number is computed from.
  public var state: UInt64

  /// A generator whose numbers are determined by `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Passes over the next `count` numbers, at once.
  package mutating func skip(_ count: Int) {
    state &+= 0x9E37_79B9_7F4A_7C15 &* UInt64(truncatingIfNeeded: count)
  }
}
