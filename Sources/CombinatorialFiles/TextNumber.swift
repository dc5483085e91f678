/// Numbers of text files, rounded to the nearest double.
package enum TextNumber {
  /// A decimal number; nil if it is none.
  ///
  /// An exponent may begin with E or, as Fortran writes it, with D. A number beyond the largest double
  /// becomes infinite, which no text means literally: see ``infinity(_:)``.
  package static func decimal(_ text: TextBytes) -> Double? {
    guard let number = Decimal(text) else { return nil }
    return number.value
  }

  /// `inf` or `infinity` with or without a sign, in upper or lower case; nil if it is neither.
  package static func infinity(_ text: TextBytes) -> Double? {
    switch text.keyword {
    case "INF", "+INF", "INFINITY", "+INFINITY": .infinity
    case "-INF", "-INFINITY": -.infinity
    default: nil
    }
  }

  /// A whole number with or without a sign; nil if it is none or does not fit.
  package static func integer(_ text: TextBytes) -> Int? {
    var position = 0
    let isNegative = skipSign(text, &position)
    guard position < text.count else { return nil }
    var number = 0
    for byte in text[position...] {
      let digit = byte &- UInt8(ascii: "0")
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(digit))
      guard digit < 10, !overflow, !carry else { return nil }
      number = sum
    }
    return isNegative ? -number : number
  }

  /// Passes over a sign; true: it is a minus.
  private static func skipSign(_ text: TextBytes, _ position: inout Int) -> Bool {
    guard position < text.count else { return false }
    let isNegative = text[position] == UInt8(ascii: "-")
    if isNegative || text[position] == UInt8(ascii: "+") { position += 1 }
    return isNegative
  }

  /// The parts of a decimal number: ±mantissa * 10^exponent.
  private struct Decimal {
    private let text: TextBytes
    private let digits: Range<Int>
    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var significantDigits = 0
    private var exponent = 0

    init?(_ text: TextBytes) {
      self.text = text
      var position = 0
      let isNegative = TextNumber.skipSign(text, &position)
      let start = position
      var (mantissa, significant, fraction, count, hasPoint) = (UInt64(0), 0, 0, 0, false)
      while position < text.count {
        let digit = text[position] &- UInt8(ascii: "0")
        if digit < 10 {
          // 19 digits fit in 64 bits; more are read again.
          if significant < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
          if mantissa > 0 { significant += 1 }
          if hasPoint { fraction += 1 }
          count += 1
        } else if text[position] == UInt8(ascii: "."), !hasPoint {
          hasPoint = true
        } else {
          break
        }
        position += 1
      }
      guard count > 0 else { return nil }
      digits = start..<position
      guard let power = Self.exponent(text, from: position) else { return nil }
      (self.isNegative, self.mantissa, significantDigits) = (isNegative, mantissa, significant)
      exponent = power - fraction
    }

    /// The exponent that begins at `position`, 0 if nothing does; nil if something else does.
    private static func exponent(_ text: TextBytes, from position: Int) -> Int? {
      var position = position
      guard position < text.count else { return 0 }
      let letter = text[position] | 0x20
      guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "d") else { return nil }
      position += 1
      let isNegative = TextNumber.skipSign(text, &position)
      guard position < text.count else { return nil }
      var exponent = 0
      for byte in text[position...] {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        // Far beyond what any number of digits makes up for.
        exponent = min(exponent * 10 + Int(digit), 1 << 40)
      }
      return isNegative ? -exponent : exponent
    }

    var value: Double {
      if significantDigits <= 19,
        let magnitude = ScaledInteger(mantissa, exponent: exponent).nearest
      {
        return isNegative ? -magnitude : magnitude
      }
      guard mantissa != 0 else { return isNegative ? -0.0 : 0 }
      let decimals = text[digits].filter { $0 != UInt8(ascii: ".") }
      let magnitude = Double("\(String(decoding: decimals, as: UTF8.self))e\(exponent)") ?? .nan
      return isNegative ? -magnitude : magnitude
    }
  }
}
