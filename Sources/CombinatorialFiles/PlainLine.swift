/// A line of a letter, two whole numbers and up to three others with blanks between, as most lines of a graph are.
package struct PlainLine {
  package private(set) var first = 0
  package private(set) var second = 0
  /// The numbers after them, as many as ``count``.
  package private(set) var numbers = SIMD4<Double>()
  package private(set) var count = 0
  /// Where the next line begins.
  private(set) var end = 0

  /// Reads a line in one pass; nil if it has anything else, whether or not that means something: signs, exponents,
  /// more than 19 digits, blanks at either end.
  init?(_ text: TextBytes, at start: Int, letter: UInt8) {
    guard var scan = Scan(text, at: start), scan.skip(letter),
      scan.skipBlanks(), let first = scan.whole(),
      scan.skipBlanks(), let second = scan.whole()
    else { return nil }
    (self.first, self.second) = (first, second)
    while !scan.skipLineEnd() {
      guard count < 3, scan.skipBlanks(), let number = scan.decimal() else { return nil }
      numbers[count] = number
      count += 1
    }
    end = scan.position
  }

  private struct Scan {
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private(set) var position: Int

    init?(_ text: TextBytes, at start: Int) {
      guard let base = text.baseAddress, start < text.count else { return nil }
      (self.base, count, position) = (base, text.count, start)
    }

    mutating func skip(_ byte: UInt8) -> Bool {
      guard position < count, base[position] == byte else { return false }
      position += 1
      return true
    }

    /// False if there is none.
    mutating func skipBlanks() -> Bool {
      let start = position
      while position < count,
        base[position] == UInt8(ascii: " ") || base[position] == UInt8(ascii: "\t")
      {
        position += 1
      }
      return position > start
    }

    mutating func skipLineEnd() -> Bool {
      if position == count || skip(UInt8(ascii: "\n")) { return true }
      guard base[position] == UInt8(ascii: "\r"), position + 1 < count,
        base[position + 1] == UInt8(ascii: "\n")
      else { return false }
      position += 2
      return true
    }

    /// Digits that are added to `number`; how many.
    private mutating func digits(_ number: inout UInt64) -> Int {
      let start = position
      while position < count {
        let digit = base[position] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        number = number &* 10 &+ UInt64(digit)
        position += 1
      }
      return position - start
    }

    mutating func whole() -> Int? {
      var number: UInt64 = 0
      let length = digits(&number)
      return (1...18).contains(length) ? Int(number) : nil
    }

    mutating func decimal() -> Double? {
      let isNegative = skip(UInt8(ascii: "-"))
      var number: UInt64 = 0
      var length = digits(&number)
      var fraction = 0
      if skip(UInt8(ascii: ".")) {
        fraction = digits(&number)
        length += fraction
      }
      guard (1...19).contains(length),
        let magnitude = ScaledInteger(number, exponent: -fraction).nearest
      else { return nil }
      return isNegative ? -magnitude : magnitude
    }
  }
}
