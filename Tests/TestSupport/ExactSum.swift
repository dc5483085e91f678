/// A sum of doubles and of products of two doubles without any rounding: a fixed-point number wide enough for
/// all of them (U. Kulisch, Computer Arithmetic and Validity, 2008, chapter 8). Arguments are finite.
public struct ExactSum: Comparable, Sendable {
  /// Digits of 32 bits from 2^-2176 on. All but the last are in 0 ..< 2^32; that one keeps the sign.
  private var digits = [Int64](repeating: 0, count: 140)
  private static let leastExponent = -2176

  /// 0.
  public init() {}

  /// The exact sum of some numbers.
  public init(_ terms: some Sequence<Double>) {
    for term in terms { self += term }
  }

  /// Adds a number.
  public static func += (sum: inout ExactSum, term: Double) {
    guard term != 0 else { return }
    sum.add(
      UInt64(term.significand * 0x1p52), exponent: Int(term.exponent) - 52, isNegative: term < 0)
  }

  /// Takes a number off.
  public static func -= (sum: inout ExactSum, term: Double) { sum += -term }

  /// Adds a sum.
  public static func += (sum: inout ExactSum, other: ExactSum) { sum.add(other, sign: 1) }
  /// Takes a sum off.
  public static func -= (sum: inout ExactSum, other: ExactSum) { sum.add(other, sign: -1) }

  /// a - b.
  public static func - (a: ExactSum, b: ExactSum) -> ExactSum {
    var difference = a
    difference -= b
    return difference
  }

  /// Adds x y, all bits of it.
  public mutating func addProduct(_ x: Double, _ y: Double) {
    guard x != 0, y != 0 else { return }
    // Of two numbers below the least normal one the last digits are 0: their product is a multiple of 2^-2148.
    let ((a, i), (b, j)) = (Self.takenApart(x), Self.takenApart(y))
    let (high, low) = a.multipliedFullWidth(by: b)
    let exponent = i + j
    add(low, exponent: exponent, isNegative: (x < 0) != (y < 0))
    add(high, exponent: exponent + 64, isNegative: (x < 0) != (y < 0))
  }

  /// |x| = mantissa 2^exponent with an exponent of at least -1074.
  private static func takenApart(_ x: Double) -> (mantissa: UInt64, exponent: Int) {
    let (mantissa, exponent) = (UInt64(x.significand * 0x1p52), Int(x.exponent) - 52)
    return exponent < -1074 ? (mantissa >> UInt64(-1074 - exponent), -1074) : (mantissa, exponent)
  }

  /// Whether two sums are the same number.
  public static func == (a: ExactSum, b: ExactSum) -> Bool { a.digits == b.digits }
  /// Whether a - b is below 0.
  public static func < (a: ExactSum, b: ExactSum) -> Bool { (a - b).digits.last! < 0 }

  /// The sum, within two units in the last place.
  public var value: Double {
    var magnitude = self
    let isNegative = digits.last! < 0
    if isNegative { magnitude = ExactSum() - self }
    guard let top = magnitude.digits.lastIndex(where: { $0 != 0 }) else { return 0 }
    var value = 0.0
    for i in stride(from: top, through: max(0, top - 3), by: -1) {
      value += Double(
        sign: .plus, exponent: Self.leastExponent + 32 * i,
        significand: Double(magnitude.digits[i]))
    }
    return isNegative ? -value : value
  }

  private mutating func add(_ mantissa: UInt64, exponent: Int, isNegative: Bool) {
    let bit = exponent - Self.leastExponent
    let (index, shift) = (bit / 32, UInt64(bit % 32))
    let (low, high) = (mantissa << shift, shift == 0 ? 0 : mantissa >> (64 - shift))
    for (i, part) in [low & 0xFFFF_FFFF, low >> 32, high & 0xFFFF_FFFF].enumerated() {
      digits[index + i] += isNegative ? -Int64(part) : Int64(part)
    }
    normalize()
  }

  private mutating func add(_ other: ExactSum, sign: Int64) {
    for i in digits.indices { digits[i] += sign * other.digits[i] }
    normalize()
  }

  private mutating func normalize() {
    var carry: Int64 = 0
    for i in digits.indices.dropLast() {
      let digit = digits[i] + carry
      digits[i] = digit & 0xFFFF_FFFF
      carry = digit >> 32
    }
    digits[digits.count - 1] += carry
  }
}
