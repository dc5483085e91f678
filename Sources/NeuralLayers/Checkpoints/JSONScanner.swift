internal import CombinatorialFiles

/// A reader of the JSON that a safetensors header is made of: objects, strings, whole numbers and
/// arrays of whole numbers.
///
/// A general JSON library would merge duplicate names and forget where in the file a value stood;
/// both are needed to say what is wrong with a damaged file.
struct JSONScanner {
  let bytes: [UInt8]
  let file: String
  private(set) var position: Int
  let end: Int

  /// Where the next token starts, white space skipped.
  var tokenPosition: Int {
    mutating get {
      while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
      return position
    }
  }

  private var peek: UInt8? { position < end ? bytes[position] : nil }

  func error(at offset: Int, expected: String, found: String) -> SafetensorsError {
    .malformed(file: file, offset: offset, expected: expected, found: found)
  }

  private func error(expected: String) -> SafetensorsError {
    error(at: position, expected: expected, found: foundHere)
  }

  private var foundHere: String {
    guard let byte = peek else { return "the end of the header" }
    return (0x21..<0x7F).contains(byte)
      ? "“\(Character(Unicode.Scalar(byte)))”" : "byte \(byte)"
  }

  /// Takes `character` if it comes next.
  mutating func skip(_ character: Character) -> Bool {
    _ = tokenPosition
    guard let byte = peek, byte == character.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Character) throws(SafetensorsError) {
    guard skip(character) else { throw error(expected: "“\(character)”") }
  }

  mutating func expectPaddingToEnd() throws(SafetensorsError) {
    guard tokenPosition == end else { throw error(expected: "spaces up to the data") }
  }

  // MARK: Values

  mutating func type() throws(SafetensorsError) -> SafetensorsType {
    let offset = tokenPosition
    let name = try string()
    guard let type = SafetensorsType(rawValue: name) else {
      let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(at: offset, expected: "one of the types \(known)", found: name.quoted)
    }
    return type
  }

  mutating func wholeNumbers() throws(SafetensorsError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if skip("]") { return numbers }
    repeat {
      numbers.append(try wholeNumber())
    } while skip(",")
    try expect("]")
    return numbers
  }

  private mutating func wholeNumber() throws(SafetensorsError) -> Int {
    let start = tokenPosition
    while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
    let digits = bytes[start..<position]
    let hasLeadingZero = digits.count > 1 && digits.first == 0x30
    let text = String(decoding: digits, as: UTF8.self)
    guard let number = Int(text), !hasLeadingZero else {
      throw digits.isEmpty
        ? error(expected: "a whole number")
        : error(
          at: start, expected: "a whole number below 2^63", found: PrintableText.excerpt(text))
    }
    return number
  }

  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    let start = position
    var units: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw error(expected: "a string without control characters") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        units.append(contentsOf: String(Character(try escapedScalar())).utf8)
      } else {
        units.append(byte)
      }
    }
    guard peek != nil else { throw error(expected: "“\"” at the end of a string") }
    position += 1
    guard let text = String(validating: units, as: UTF8.self) else {
      throw error(at: start, expected: "a string in UTF-8", found: "other bytes")
    }
    return text
  }

  private mutating func escapedScalar() throws(SafetensorsError) -> Unicode.Scalar {
    let escapes: [Unicode.Scalar: Unicode.Scalar] = [
      "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]
    guard let byte = peek else { throw error(expected: "an escaped character") }
    if let scalar = escapes[Unicode.Scalar(byte)] {
      position += 1
      return scalar
    }
    guard byte == UInt8(ascii: "u") else { throw error(expected: "a JSON escape") }
    return try unicodeEscape()
  }

  /// `uXXXX`, or two of them where they are a surrogate pair.
  private mutating func unicodeEscape() throws(SafetensorsError) -> Unicode.Scalar {
    let start = position
    let high = try codeUnit()
    if let scalar = Unicode.Scalar(high) { return scalar }
    if high < 0xDC00, position < end, bytes[position] == UInt8(ascii: "\\") {
      position += 1
      let low = try codeUnit()
      let code = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(low & 0x3FF))
      if (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(code) { return scalar }
    }
    throw error(at: start, expected: "a surrogate pair", found: "half of one")
  }

  private mutating func codeUnit() throws(SafetensorsError) -> UInt16 {
    guard position + 5 <= end, bytes[position] == UInt8(ascii: "u"),
      let text = String(validating: bytes[position + 1..<position + 5], as: UTF8.self),
      text.allSatisfy(\.isHexDigit), let unit = UInt16(text, radix: 16)
    else { throw error(expected: "“u” and four hexadecimal digits") }
    position += 5
    return unit
  }
}
