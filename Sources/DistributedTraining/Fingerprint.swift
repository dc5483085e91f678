/// 48 bits that tell data apart, to see whether all processes have the same.
///
/// Against files that are out of date, not against forgery: another content has the same fingerprint once in 10^14.
/// A fingerprint is an integer that a `Double` has exactly.
public struct Fingerprint: Sendable, Hashable {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Of nothing yet.
  public init() {}

  /// Below 2^48.
  public var value: UInt64 { state >> 16 }

  /// Adds bytes, and how many they are. O(bytes), at some GB a second in release builds.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    mix(UInt64(bytes.count))
    var offset = 0
    while offset + 8 <= bytes.count {
      mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    if offset < bytes.count {
      mix(bytes[offset...].reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  /// Adds text.
  public mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds texts, and how many they are.
  public mutating func add(_ texts: [String]) {
    mix(UInt64(texts.count))
    for text in texts { add(text) }
  }

  /// Adds integers, and how many they are.
  public mutating func add(_ integers: [some FixedWidthInteger]) {
    integers.withUnsafeBytes { add($0) }
  }

  /// One round: multiplication carries upwards, the shift back down.
  @inline(__always)
  private mutating func mix(_ word: UInt64) {
    state = (state ^ word) &* 0xD6E8_FEB8_6659_FD93
    state ^= state >> 32
  }
}
