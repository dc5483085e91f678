/// Bytes of a text file that stay where they are while it is read.
package typealias TextBytes = UnsafeBufferPointer<UInt8>

/// The lines of a text file, one after the other, and their words.
///
/// Lines end with a line feed, with carriage return and line feed, or, in a file without any line feed,
/// with a carriage return; the last one may end with the file. A byte order mark is passed over. Nothing
/// is copied: words are places in the file.
package struct TextLines {
  /// Words beyond these are not looked at; no format here has as many.
  package static let maximumWords = 8

  /// The number of the line, counted from 1.
  package private(set) var number = 0
  /// The line, without its end.
  package private(set) var line = TextBytes(start: nil, count: 0)
  /// The first ``maximumWords`` words of the line that was split last.
  package private(set) var words: [TextBytes] = []

  private let text: TextBytes
  private let lineEnd: UInt8
  private var position = 0

  /// - Parameter text: Must outlive the reading.
  package init(_ text: TextBytes) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    self.text = text.starts(with: mark) ? TextBytes(rebasing: text[mark.count...]) : text
    let feed = UInt8(ascii: "\n")
    lineEnd = self.text.firstIndex(of: feed) == nil ? UInt8(ascii: "\r") : feed
    words.reserveCapacity(Self.maximumWords)
  }

  /// The number that the line after the last one would have.
  package var endNumber: Int { text.last == lineEnd || number == 0 ? number + 1 : number }

  /// Goes to the next line; false at the end.
  package mutating func next() -> Bool {
    guard position < text.count, let base = text.baseAddress else { return false }
    var end = position
    while end < text.count, base[end] != lineEnd { end += 1 }
    let next = end + 1
    if end > position, base[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    line = TextBytes(start: base + position, count: end - position)
    position = next
    number += 1
    return true
  }

  /// The next line, read in one pass over its bytes, if it is plain and begins with a letter.
  package func plainLine(_ letter: UInt8) -> PlainLine? {
    guard lineEnd == UInt8(ascii: "\n") else { return nil }
    return PlainLine(text, at: position, letter: letter)
  }

  /// Goes to the next line, whose words are not needed.
  package mutating func pass(_ line: PlainLine) {
    position = line.end
    number += 1
  }

  /// Cuts the line into ``words`` at white space.
  package mutating func split() {
    words.removeAll(keepingCapacity: true)
    guard let base = line.baseAddress else { return }
    var position = 0
    while words.count < Self.maximumWords {
      while position < line.count, base[position].isBlank { position += 1 }
      guard position < line.count else { return }
      let start = position
      while position < line.count, !base[position].isBlank { position += 1 }
      words.append(TextBytes(start: base + start, count: position - start))
    }
  }
}

extension UInt8 {
  /// Space, tab, and the other white space of ASCII.
  @inlinable package var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}

extension TextBytes {
  /// Without white space at either end.
  package var trimmed: TextBytes {
    var (start, end) = (0, count)
    while start < end, self[start].isBlank { start += 1 }
    while end > start, self[end - 1].isBlank { end -= 1 }
    return TextBytes(rebasing: self[start..<end])
  }

  /// Whether these are the bytes of `word`.
  package func equals(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for position in 0..<count where self[position] != word.utf8Start[position] { return false }
    return true
  }

  /// The text in upper case, if it is as short as a key word.
  package var keyword: String {
    guard count <= 16 else { return "" }
    return String(decoding: self, as: UTF8.self).uppercased()
  }

  /// Why these cannot be the bytes of a text file, by how they begin; nil: they may be.
  package var textFault: String? {
    let signatures: [(bytes: [UInt8], name: String)] = [
      ([0x1F, 0x8B], "a compressed file"), ([0x42, 0x5A, 0x68], "a compressed file"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "a compressed file"),
      ([0x28, 0xB5, 0x2F, 0xFD], "a compressed file"), ([0x50, 0x4B, 3, 4], "a compressed file"),
      ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
      ([0x93, 0x4E, 0x55, 0x4D], "a NumPy file"),
    ]
    return signatures.first { starts(with: $0.bytes) }?.name
  }
}
