/// A whole number times a power of ten, as decimal numbers of up to 19 digits are.
struct ScaledInteger {
  private let mantissa: UInt64
  private let exponent: Int

  init(_ mantissa: UInt64, exponent: Int) {
    (self.mantissa, self.exponent) = (mantissa, exponent)
  }

  /// Powers of ten that are doubles.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The nearest double, of two the even one; nil where this is not the way to find it.
  var nearest: Double? {
    guard abs(exponent) <= 22 else { return nil }
    let power = Self.powers[abs(exponent)]
    // One rounding, of a product or quotient of two doubles that are exact (W. Clinger, How to read
    // floating point numbers accurately, 1990).
    if mantissa <= 1 << 53 {
      return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    guard abs(exponent) <= 19 else { return nil }
    return exponent < 0 ? quotient(UInt64(power)) : product(UInt64(power))
  }

  // Both keep at least 63 bits of the result and note in the last one whether any is lost: a double rounds them
  // as it would the whole.

  private func quotient(_ divisor: UInt64) -> Double {
    let (up, down) = (mantissa.leadingZeroBitCount, divisor.leadingZeroBitCount)
    // Half of a number below 2^64 by one of at least 2^63: the quotient fits.
    let dividend = mantissa << up
    let (quotient, remainder) = (divisor << down).dividingFullWidth(
      (dividend >> 1, dividend << 63))
    return Double(
      sign: .plus, exponent: down - up - 63, significand: Double(quotient | (remainder > 0 ? 1 : 0))
    )
  }

  private func product(_ factor: UInt64) -> Double {
    let (up, other) = (mantissa.leadingZeroBitCount, factor.leadingZeroBitCount)
    let (high, low) = (mantissa << up).multipliedFullWidth(by: factor << other)
    return Double(
      sign: .plus, exponent: 64 - up - other, significand: Double(high | (low > 0 ? 1 : 0)))
  }
}
