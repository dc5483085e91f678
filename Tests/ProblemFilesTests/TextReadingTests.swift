import CombinatorialFiles
import Foundation
import TestSupport
import Testing

@Suite struct TextReadingTests {
  private static func decimal(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { TextNumber.decimal($0) }
  }

  /// Every number that Swift prints, and numbers with up to 25 digits, read as Swift reads them.
  @Test func numbersAreRoundedToTheNearestDouble() {
    var generator = SeededRandom(seed: 20)
    for _ in 0..<20_000 {
      let bits = UInt64.random(in: 0...UInt64.max, using: &generator)
      let value = Double(bitPattern: bits)
      guard value.isFinite else { continue }
      #expect(Self.decimal("\(value)")?.bitPattern == value.bitPattern, "\(value)")
      let digits = (0..<Int.random(in: 1...25, using: &generator)).map { _ in
        "\(Int.random(in: 0...9, using: &generator))"
      }.joined()
      let text = "-\(digits).\(bits % 1000)e\(Int.random(in: -330...310, using: &generator))"
      #expect(Self.decimal(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }

  /// Of up to 19 digits beside powers of ten that fit in 64 bits, and numbers half way between two doubles.
  @Test func numbersOfManyDigitsAreRoundedToTheNearestDouble() {
    var generator = SeededRandom(seed: 22)
    for _ in 0..<20_000 {
      let exponent = Int.random(in: -24...24, using: &generator)
      let mantissa = UInt64.random(in: 0...9_999_999_999_999_999_999, using: &generator)
      let half = (1 << 53 | mantissa >> 11) &* 2 &+ 1
      for number in [mantissa, half, half &* 4, half &* 4 &+ 1, half &* 4 &- 1] {
        let text = "\(number)e\(exponent)"
        #expect(Self.decimal(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
      }
    }
  }

  @Test(arguments: [
    "0", "-0", "0e99999999999999999999", "1e-99999999999999999999", "9007199254740993",
    "9007199254740992.5", "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308",
    "1.7976931348623158e308", "0.000000000000000000000000000000000000001", "1e23", "8.5e22", "1e22",
    "123456789012345678", "00000000000000000000000000001", "0.1000000000000000055511151231257827",
  ])
  func theHardCasesAreRight(text: String) {
    #expect(Self.decimal(text)?.bitPattern == Double(text)?.bitPattern)
  }

  @Test func numbersBeyondTheLargestAreInfinite() {
    #expect(Self.decimal("1e309") == .infinity && Self.decimal("-1d99999999999") == -.infinity)
    #expect(Self.decimal("1.7976931348623159e308") == .infinity)
  }

  @Test(arguments: [
    "", "+", "-", ".", "e", "1e", "1e+", "1e1.5", "1.2.3", "0x1", "nan", "inf", "1 ", " 1", "1_0",
    "+-1",
    "١",
  ])
  func otherWordsAreNoNumbers(text: String) {
    #expect(Self.decimal(text) == nil)
  }

  @Test func wholeNumbers() {
    for (text, value) in [
      ("0", 0), ("-7", -7), ("+12", 12), ("9223372036854775807", Int.max),
    ] as [(String, Int)] {
      #expect(Array(text.utf8).withUnsafeBufferPointer { TextNumber.integer($0) } == value)
    }
    for text in ["", "-", "1.0", "1e3", "9223372036854775808", "12a", "99999999999999999999999"] {
      #expect(Array(text.utf8).withUnsafeBufferPointer { TextNumber.integer($0) } == nil)
    }
  }

  // MARK: Lines

  private static func lines(_ text: String) -> (words: [[String]], end: Int) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var lines = TextLines(bytes)
      var words: [[String]] = []
      while lines.next() {
        lines.split()
        #expect(lines.number == words.count + 1)
        words.append(lines.words.map { String(decoding: $0, as: UTF8.self) })
      }
      return (words, lines.endNumber)
    }
  }

  @Test func linesAndWords() {
    #expect(Self.lines("").words.isEmpty && Self.lines("").end == 1)
    for text in ["a b\n\nc", "a b\r\n\r\nc", "\u{FEFF}a\tb \r\n \r\n  c", "a b\r\rc"] {
      #expect(Self.lines(text).words == [["a", "b"], [], ["c"]], "\(text.debugDescription)")
      #expect(Self.lines(text).end == 3)
      #expect(Self.lines(text + (text.contains("\n") ? "\n" : "\r")).end == 4)
    }
    #expect(Self.lines("1 2 3 4 5 6 7 8 9 10").words == [["1", "2", "3", "4", "5", "6", "7", "8"]])
  }

  // MARK: Names

  @Test(arguments: [
    ("R_1", "R_1"), ("a\nb\u{1B}[2J", "a\\nb\\u{1B}[2J"), ("\u{202E}abc", "\\u{202E}abc"),
    ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"), ("a\u{A0}b", "a\\u{A0}b"), ("größe", "größe"),
    ("\u{200D}", "\\u{200D}"), ("\u{E000}", "\\u{E000}"),
    (String(repeating: "ä", count: 60), String(repeating: "ä", count: 60)),
    (String(repeating: "ä", count: 61), String(repeating: "ä", count: 60) + "…"),
    (String(repeating: "\u{1F600}", count: 500), String(repeating: "\u{1F600}", count: 60) + "…"),
  ])
  func namesArePrinted(name: String, printed: String) {
    #expect(PrintableText.excerpt(name) == printed)
    #expect(PrintableText.excerpt(ArraySlice(name.utf8)) == printed)
    #expect(PrintableText.escaped(printed) == printed)
  }

  @Test func bytesThatAreNotTextArePrinted() {
    #expect(
      PrintableText.excerpt([0x47, 0xF6, 0xDF, 0x65] as ArraySlice<UInt8>) == "G\\x{F6}\\x{DF}e")
    let long = PrintableText.excerpt([UInt8](repeating: 0xFF, count: 10_000)[...])
    #expect(long.count == 61 && long.hasSuffix("…"))
  }

  // MARK: Files

  @Test func filesLargerThanMemoryAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/sparse"
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: 1 << 42)
    let error = #expect(throws: FileReadError.self) { try FileContents.read(path) }
    #expect(error?.reason.contains("4398046511104 bytes do not fit in memory") == true)
    try file.truncate(atOffset: 1 << 20)
    #expect(try FileContents.read(path).count == 1 << 20)
    let descriptor = open("/dev/zero", O_RDONLY)
    defer { close(descriptor) }
    #expect(throws: FileReadError.self) {
      try FileContents.read(descriptor: descriptor, copies: 2, memory: 1 << 21)
    }
  }

  @Test func memoryIsLimited() {
    #expect(MemoryLimit.bytes > 1 << 26)
    #expect(MemoryLimit.bytes < 1 << 50)
  }
}
