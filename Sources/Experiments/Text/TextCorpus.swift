import CombinatorialFiles
import ProblemFiles

/// A source with its target, as tokens.
public struct TextPair: Sendable, Equatable {
  /// Such as the letters of a word, or the words of an article.
  public let source: [String]
  /// Such as its phonemes, or the words of its title.
  public let target: [String]

  /// A pair.
  public init(source: [String], target: [String]) {
    (self.source, self.target) = (source, target)
  }
}

/// The parts of a text data set.
public enum TextPart: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// What is learned from.
  case train
  /// What the epoch is chosen by.
  case valid
  /// What results are measured on.
  case test
}

/// Pairs of sources and targets in three parts.
public struct TextCorpus: Sendable {
  /// The pairs of each part.
  public let parts: [TextPart: [TextPair]]

  /// The pairs to learn from.
  public var train: [TextPair] { parts[.train] ?? [] }
  /// The pairs to choose the epoch by.
  public var valid: [TextPair] { parts[.valid] ?? [] }
  /// The pairs to judge by.
  public var test: [TextPair] { parts[.test] ?? [] }

  /// A corpus.
  public init(parts: [TextPart: [TextPair]]) { self.parts = parts }
}

/// The files of a text data set: a pair a line, source and target separated by a tab, tokens by spaces.
enum TextFiles {
  static func path(_ part: TextPart, in folder: String) -> String {
    "\(folder)/\(part.rawValue).tsv"
  }

  static func areComplete(in folder: String) -> Bool {
    TextPart.allCases.allSatisfy { FileBytes.exists(path($0, in: folder)) }
  }

  static func encoded(_ pairs: [TextPair]) -> [UInt8] {
    Array(
      pairs.map { "\($0.source.joined(separator: " "))\t\($0.target.joined(separator: " "))\n" }
        .joined().utf8)
  }

  static func load(from folder: String, remedy: String) throws(DataFileError) -> TextCorpus {
    guard areComplete(in: folder) else {
      throw .missing(dataSet: "the text data set", searched: [folder], remedy: remedy)
    }
    var parts: [TextPart: [TextPair]] = [:]
    for part in TextPart.allCases {
      let path = path(part, in: folder)
      parts[part] = try decoded(FileBytes.read(path), file: path)
    }
    return TextCorpus(parts: parts)
  }

  static func decoded(_ bytes: [UInt8], file: String) throws(DataFileError) -> [TextPair] {
    var pairs: [TextPair] = []
    var offset = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      defer { offset += line.count + 1 }
      if line.isEmpty { continue }
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        .map(tokens)
      guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty else {
        throw .corrupt(
          file: file, offset: offset, expected: "a source, a tab and a target",
          found: "'\(PrintableText.excerpt(line))'")
      }
      pairs.append(TextPair(source: fields[0], target: fields[1]))
    }
    return pairs
  }

  private static func tokens(_ field: ArraySlice<UInt8>) -> [String] {
    field.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
  }
}
