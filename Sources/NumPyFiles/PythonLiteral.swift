/// A value of Python's literal syntax, as far as headers of NumPy files use it.
indirect enum PythonLiteral: Equatable {
  case string(String)
  /// Nil where the number does not fit in an `Int`.
  case integer(Int?)
  case boolean(Bool)
  case none
  case sequence([PythonLiteral])
  case dictionary([String: PythonLiteral])
}

/// Why a text is no literal, and at which byte.
struct PythonLiteralError: Error, Equatable {
  let offset: Int
  let expected: String
}

/// A recursive-descent parser: strings without escapes, integers, True, False, None, tuples, lists
/// and dictionaries with string keys.
struct PythonLiteralParser {
  private let text: [UInt8]
  private var position = 0
  /// Headers nest two levels deep; the limit keeps a hostile file from exhausting the stack.
  private static let maximumDepth = 8
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

  private init(_ text: [UInt8]) { self.text = text }

  /// Parses a text that holds one literal and nothing else but white space.
  static func parse(_ text: some Sequence<UInt8>) throws(PythonLiteralError) -> PythonLiteral {
    var parser = PythonLiteralParser(Array(text))
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == parser.text.count else { throw parser.expected("the end") }
    return value
  }

  private mutating func value(depth: Int) throws(PythonLiteralError) -> PythonLiteral {
    guard depth < Self.maximumDepth else { throw expected("fewer nested brackets") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "("): return try sequence(closedBy: UInt8(ascii: ")"), depth: depth)
    case UInt8(ascii: "["): return try sequence(closedBy: UInt8(ascii: "]"), depth: depth)
    case UInt8(ascii: "{"): return try dictionary(depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "+"): return try integer()
    case let byte? where Self.digits.contains(byte): return try integer()
    default: return try keyword()
    }
  }

  private mutating func string() throws(PythonLiteralError) -> String {
    let quote = text[position]
    position += 1
    let start = position
    while let byte = peek, byte != quote {
      guard byte != UInt8(ascii: "\\") else { throw expected("a string without escapes") }
      position += 1
    }
    guard peek == quote else { throw expected("a closing quote") }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func integer() throws(PythonLiteralError) -> PythonLiteral {
    let start = position
    if peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") { position += 1 }
    let digits = position
    while let byte = peek, Self.digits.contains(byte) { position += 1 }
    guard position > digits else { throw expected("digits") }
    let number = Int(String(decoding: text[start..<position], as: UTF8.self))
    // Python 2 wrote long integers with a suffix.
    if peek == UInt8(ascii: "L") { position += 1 }
    return .integer(number)
  }

  private mutating func keyword() throws(PythonLiteralError) -> PythonLiteral {
    let words: [(String, PythonLiteral)] = [
      ("True", .boolean(true)), ("False", .boolean(false)), ("None", .none),
    ]
    for (word, value) in words where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw expected("a string, a number, True, False, None or a bracket")
  }

  private mutating func sequence(
    closedBy end: UInt8, depth: Int
  ) throws(PythonLiteralError) -> PythonLiteral {
    position += 1
    var values: [PythonLiteral] = []
    while try !closes(with: end, after: values.count) {
      values.append(try value(depth: depth + 1))
    }
    return .sequence(values)
  }

  private mutating func dictionary(depth: Int) throws(PythonLiteralError) -> PythonLiteral {
    position += 1
    var entries: [String: PythonLiteral] = [:]
    while try !closes(with: UInt8(ascii: "}"), after: entries.count) {
      guard case .string(let key) = try value(depth: depth + 1) else {
        throw expected("a string as key")
      }
      guard entries[key] == nil else { throw expected("the key '\(key)' only once") }
      skipSpace()
      guard peek == UInt8(ascii: ":") else { throw expected("':'") }
      position += 1
      entries[key] = try value(depth: depth + 1)
    }
    return .dictionary(entries)
  }

  /// Passes the comma before the next element, or the closing bracket.
  private mutating func closes(
    with end: UInt8, after count: Int
  ) throws(PythonLiteralError) -> Bool {
    skipSpace()
    if count > 0, peek == UInt8(ascii: ",") {
      position += 1
      skipSpace()
    } else if count > 0, peek != end {
      throw expected("',' or '\(Character(Unicode.Scalar(end)))'")
    }
    guard peek == end else { return false }
    position += 1
    return true
  }

  private var peek: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
  }

  private func expected(_ what: String) -> PythonLiteralError {
    PythonLiteralError(offset: position, expected: what)
  }
}
