/// Text from files and command lines as messages may print it: one line that shows what is there.
///
/// Control characters, line and paragraph separators, marks that turn the direction of writing, blanks
/// that look like others and bytes that are not UTF-8 are written as escapes.
package enum PrintableText {
  /// The most characters of a name that a message quotes.
  package static let maximumLength = 60

  /// A name, or another piece of a file, escaped and shortened.
  package static func excerpt(
    _ text: some StringProtocol, maximumLength: Int = maximumLength
  ) -> String {
    var excerpt = ""
    var length = 0
    for scalar in text.unicodeScalars {
      let piece = escape(scalar)
      length += piece.count
      guard length <= maximumLength else { return excerpt + "…" }
      excerpt += piece
    }
    return excerpt
  }

  /// As ``excerpt(_:maximumLength:)``, of bytes.
  package static func excerpt(_ bytes: TextBytes, maximumLength: Int = maximumLength) -> String {
    // A character has at most 4 bytes; the end may cut one in two.
    var piece = bytes.prefix(4 * maximumLength + 8)
    if piece.count < bytes.count {
      while let last = piece.last, last & 0xC0 == 0x80 { piece.removeLast() }
      piece = piece.dropLast()
    }
    if let text = String(validating: piece, as: UTF8.self) {
      return excerpt(text, maximumLength: maximumLength)
    }
    var excerpt = ""
    for byte in piece {
      let next =
        byte < 0x80
        ? escape(Unicode.Scalar(byte)) : "\\x{\(String(byte, radix: 16, uppercase: true))}"
      guard excerpt.count + next.count <= maximumLength else { return excerpt + "…" }
      excerpt += next
    }
    return excerpt
  }

  /// As ``excerpt(_:maximumLength:)``, of bytes.
  package static func excerpt(
    _ bytes: ArraySlice<UInt8>, maximumLength: Int = maximumLength
  ) -> String {
    bytes.withUnsafeBufferPointer { excerpt($0, maximumLength: maximumLength) }
  }

  /// All of a text, escaped: a path, or a message that is to stay on one line.
  package static func escaped(_ text: String) -> String {
    // Nearly every path and message is plain.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    return text.unicodeScalars.map(escape).joined()
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    if (0x20..<0x7F).contains(scalar.value) { return String(scalar) }
    switch scalar.properties.generalCategory {
    case .control: return scalar.escaped(asASCII: true)
    case .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .unassigned,
      .surrogate:
      return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default: return String(scalar)
    }
  }
}
