import ProblemFiles

/// Where text comes from: `pronunciations`, `debian-synopses` or `gigaword:DIR`.
public enum TextSource: NamedSource {
  /// Words and their phonemes, of the CMU dictionary.
  case pronunciations
  /// Long descriptions of Debian's packages and their synopses.
  case debianSynopses
  /// Sentences and their headlines, a line each in `train.article.txt`, `train.title.txt`, and so on.
  case gigaword(folder: String)

  /// Those with a name alone.
  public static let named: [Self] = [.pronunciations, .debianSynopses]
  private static let prefix = "gigaword:"
  /// Pairs of files in a folder.
  public static let located = [
    LocatedForm(prefix: prefix, place: "DIR") { Self.gigaword(folder: $0) }
  ]

  /// The text that parses to this source.
  public var description: String {
    switch self {
    case .pronunciations: "pronunciations"
    case .debianSynopses: "debian-synopses"
    case .gigaword(let folder): Self.prefix + folder
    }
  }

  /// Whether source and target are words of one language.
  var sharesVocabulary: Bool { self != .pronunciations }

  /// How well a prediction agrees with its target.
  var metric: TextMetric { self == .pronunciations ? .errorRate : .rouge }

  /// The tokens of a source as a user writes it.
  func tokens(_ line: String) -> [String] {
    switch self {
    case .pronunciations: line.lowercased().filter { $0.isLetter }.map { String($0) }
    case .debianSynopses: Array(TextTokenizer.tokens(line).prefix(SynopsisRecipe.articleTokens))
    case .gigaword: line.split(whereSeparator: \.isWhitespace).map(String.init)
    }
  }

  /// Reads and checks all parts.
  ///
  /// - Parameter folders: Where data is looked for that names no folder itself.
  public func load(from folders: DataFolders = DataFolders()) throws(DataFileError) -> TextCorpus {
    switch self {
    case .pronunciations, .debianSynopses:
      return try TextFiles.load(
        from: "\(folders.cache)/\(self)",
        remedy: "run `combinatorial-losses data \(self)`, or `make data`")
    case .gigaword(let folder): return try GigawordData.load(from: folder)
    }
  }
}

/// What a text task is judged by.
public enum TextMetric: String, Sendable, Codable {
  /// Phoneme and word error rates.
  case errorRate
  /// ROUGE-1, -2 and -L.
  case rouge
}

/// Pairs of text files with a sentence a line.
enum GigawordData {
  static func load(from folder: String) throws(DataFileError) -> TextCorpus {
    var parts: [TextPart: [TextPair]] = [:]
    for part in TextPart.allCases {
      let (articles, titles) = (
        "\(folder)/\(part.rawValue).article.txt", "\(folder)/\(part.rawValue).title.txt"
      )
      let sources = try lines(of: articles)
      let targets = try lines(of: titles)
      guard sources.count == targets.count else {
        throw .corrupt(
          file: titles, offset: 0, expected: "\(sources.count) lines, as in \(articles)",
          found: "\(targets.count)")
      }
      parts[part] = zip(sources, targets).filter { !$0.isEmpty && !$1.isEmpty }
        .map { TextPair(source: $0, target: $1) }
    }
    return TextCorpus(parts: parts)
  }

  private static func lines(of path: String) throws(DataFileError) -> [[String]] {
    String(decoding: try FileBytes.read(path), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").map(String.init) }
  }
}
