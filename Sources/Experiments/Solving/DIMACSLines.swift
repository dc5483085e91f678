/// The lines of a file in one of the DIMACS formats, comments and empty lines left out.
///
/// A line is a letter and words: `c` a comment, `p` the problem and its sizes, and others that depend on
/// the problem. What they mean is the caller's business; see ``DIMACSGraph``.
struct DIMACSLines {
  /// What errors call the file.
  let file: String
  private let lines: [Substring]
  private var next = 0

  /// Reads a file, or standard input for `-`.
  init(path: String) throws(DIMACSError) {
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw .file(error) }
    self.init(
      text: String(decoding: bytes, as: UTF8.self),
      file: path == FileBytes.standardInput ? FileBytes.standardInputName : path)
  }

  init(text: String, file: String) {
    self.file = file
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The next line that says something; nil at the end.
  mutating func read() -> DIMACSLine? {
    while next < lines.count {
      let words = lines[next].split(whereSeparator: \.isWhitespace)
      next += 1
      guard let letter = words.first, letter != "c" else { continue }
      return DIMACSLine(file: file, number: next, words: words)
    }
    return nil
  }

  /// An error at the end of the file.
  func endError(expected: String) -> DIMACSError {
    .corrupt(file: file, line: lines.count, expected: expected, found: "the end of the file")
  }
}

/// One line, as words.
struct DIMACSLine {
  let file: String
  /// Counted from 1.
  let number: Int
  /// At least one.
  let words: [Substring]

  /// What the line is about: `p`, `a`, `e`, `n`, …
  var letter: Substring { words[0] }

  func error(expected: String) -> DIMACSError {
    .corrupt(
      file: file, line: number, expected: expected,
      found: "'\(words.joined(separator: " ").prefix(80))'")
  }

  /// A number of nodes or arcs.
  func count(at place: Int, form: String) throws(DIMACSError) -> Int {
    guard place < words.count, let count = Int32(words[place]), count >= 0 else {
      throw error(expected: form)
    }
    return Int(count)
  }

  /// A node, which the file counts from 1, counted from 0.
  func node(at place: Int, nodes: Int, form: String) throws(DIMACSError) -> Int {
    guard place < words.count, let node = Int(words[place]) else { throw error(expected: form) }
    guard (1...max(1, nodes)).contains(node), nodes > 0 else {
      throw error(expected: "nodes 1 ... \(nodes)")
    }
    return node - 1
  }

  /// A weight: a number, or `inf`.
  func weight(at place: Int, form: String) throws(DIMACSError) -> Double {
    guard place < words.count, let weight = Double(words[place]), weight > -.infinity else {
      throw error(expected: form)
    }
    return weight
  }
}

/// Why a DIMACS file could not be used.
public enum DIMACSError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(DataFileError)
  /// `line` counts from 1.
  case corrupt(file: String, line: Int, expected: String, found: String)

  /// One line that names the file, the line and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .corrupt(let file, let line, let expected, let found):
      "\(file), line \(line): expected \(expected), found \(found)"
    }
  }
}
