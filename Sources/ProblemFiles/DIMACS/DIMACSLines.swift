public import CombinatorialFiles

/// A file in one of the DIMACS formats.
struct DIMACSLines {
  /// What errors call the file.
  let file: String
  let bytes: [UInt8]

  /// Reads a file, or standard input for `-`.
  init(path: String) throws(DIMACSError) {
    file = FileBytes.name(of: path)
    do { bytes = try FileBytes.read(path, copies: 5) } catch { throw .file(error) }
  }

  init(text: String, file: String) {
    self.file = file
    bytes = Array(text.utf8)
  }
}

/// Goes through the lines of a DIMACS file, comments and empty lines left out.
///
/// A line is a letter and words: `p` the problem and its sizes, and others that depend on the problem;
/// lines that begin with c, whatever follows, are comments. What they mean is the caller's business; see
/// ``DIMACSGraph``.
struct DIMACSReader {
  private let file: String
  private var lines: TextLines

  /// - Parameter text: Must outlive the reader.
  init(_ text: TextBytes, file: String) throws(DIMACSError) {
    self.file = file
    lines = TextLines(text)
    if let fault = text.textFault {
      throw .corrupt(file: file, line: 1, expected: "text", found: fault)
    }
  }

  /// Goes to the next line that says something; false at the end.
  mutating func next() -> Bool {
    while lines.next() {
      lines.split()
      if let letter = lines.words.first?.first, letter != UInt8(ascii: "c") { return true }
    }
    return false
  }

  /// The next line, if it is a letter and numbers.
  func plainLine(_ letter: StaticString) -> PlainLine? {
    lines.plainLine(letter.utf8Start.pointee)
  }

  /// Passes over the next line.
  mutating func pass(_ line: PlainLine) { lines.pass(line) }

  var wordCount: Int { lines.words.count }

  /// The number of the line, counted from 1.
  var number: Int { lines.number }

  /// Whether a word of the line is this one.
  func word(_ place: Int, is word: StaticString) -> Bool {
    place < lines.words.count && lines.words[place].equals(word)
  }

  /// A word as a key word of a few letters.
  func keyword(_ place: Int) -> String {
    place < lines.words.count && lines.words[place].count <= 8
      ? String(decoding: lines.words[place], as: UTF8.self) : ""
  }

  func error(expected: String) -> DIMACSError {
    .corrupt(
      file: file, line: lines.number, expected: expected,
      found: "'\(PrintableText.excerpt(lines.line.trimmed))'")
  }

  /// An error at the end of the file, where the next line should be.
  func endError(expected: String) -> DIMACSError {
    .corrupt(
      file: file, line: lines.endNumber, expected: expected, found: "the end of the file")
  }

  /// A number of nodes or arcs.
  func count(at place: Int, form: String) throws(DIMACSError) -> Int {
    guard place < lines.words.count, let count = TextNumber.integer(lines.words[place]),
      (0...Int(Int32.max)).contains(count)
    else { throw error(expected: "\(form), numbers of at most \(Int32.max)") }
    return count
  }

  /// A node, which the file counts from 1, counted from 0.
  func node(at place: Int, nodes: Int, form: String) throws(DIMACSError) -> Int {
    guard place < lines.words.count, let node = TextNumber.integer(lines.words[place]) else {
      throw error(expected: form)
    }
    guard node >= 1, node <= nodes else { throw error(expected: "nodes 1 ... \(nodes)") }
    return node - 1
  }

  /// A weight: a number that a double can hold, or `inf`.
  func weight(at place: Int, form: String) throws(DIMACSError) -> Double {
    guard place < lines.words.count else { throw error(expected: form) }
    if let weight = TextNumber.decimal(lines.words[place]) {
      guard weight.isFinite else {
        throw error(expected: "a number of at most \(Double.greatestFiniteMagnitude)")
      }
      return weight
    }
    guard TextNumber.infinity(lines.words[place]) == .infinity else {
      throw error(expected: form)
    }
    return .infinity
  }
}

/// Why a DIMACS file could not be used.
public enum DIMACSError: DescribedError, Equatable, Sendable {
  /// The file could not be read.
  case file(DataFileError)
  /// The contents break their format; `line` counts from 1.
  case corrupt(file: String, line: Int, expected: String, found: String)

  /// One line that names the file, the line and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .corrupt(let file, let line, let expected, let found):
      "\(PrintableText.escaped(file)), line \(line): expected \(expected), found \(found)"
    }
  }
}
