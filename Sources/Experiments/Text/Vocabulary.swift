/// Tokens and their numbers: three of its own, then the most frequent ones of a text.
public struct Vocabulary: Sendable, Codable, Equatable {
  /// Stands for tokens that are not in the vocabulary.
  public static let unknown: Int32 = 0
  /// Goes before a target.
  public static let start: Int32 = 1
  /// Goes after a target.
  public static let end: Int32 = 2

  private static let own = ["<unk>", "<s>", "</s>"]

  /// Every token, by number.
  public let tokens: [String]
  private let numbers: [String: Int32]

  /// How many tokens.
  public var count: Int { tokens.count }

  /// The tokens of a text that occur often enough, the most frequent first, at ties in the order of
  /// their characters.
  ///
  /// - Parameters:
  ///   - texts: Sequences of tokens.
  ///   - minimumCount: How often a token has to occur.
  ///   - limit: The most tokens besides the vocabulary's own.
  public init(of texts: some Sequence<[String]>, minimumCount: Int = 1, limit: Int = .max) {
    var counts: [String: Int] = [:]
    for text in texts {
      for token in text { counts[token, default: 0] += 1 }
    }
    let frequent = counts.filter { $0.value >= minimumCount && !Self.own.contains($0.key) }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    self.init(tokens: Self.own + frequent.prefix(limit).map(\.key))
  }

  private init(tokens: [String]) {
    self.tokens = tokens
    numbers = Dictionary(
      zip(tokens, 0..<Int32(tokens.count)), uniquingKeysWith: { first, _ in first })
  }

  /// Reads the list of tokens.
  public init(from decoder: any Decoder) throws {
    self.init(tokens: try decoder.singleValueContainer().decode([String].self))
  }

  /// Writes the list of tokens.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(tokens)
  }

  /// The number of a token; nil: not in the vocabulary.
  public subscript(token: String) -> Int32? { numbers[token] }

  /// The numbers of tokens, ``unknown`` for those that are not in the vocabulary.
  public func numbers(_ tokens: [String]) -> [Int32] {
    tokens.map { numbers[$0] ?? Self.unknown }
  }

  /// The numbers of the tokens of a source, where those that are not in the vocabulary are numbered
  /// from its end in the order in which they first occur; and these tokens.
  func extendedNumbers(_ tokens: [String]) -> (numbers: [Int32], extra: [String]) {
    var extra: [String] = []
    let numbers = tokens.map { token -> Int32 in
      if let number = self.numbers[token] { return number }
      let place = extra.firstIndex(of: token) ?? extra.count
      if place == extra.count { extra.append(token) }
      return Int32(count + place)
    }
    return (numbers, extra)
  }

  /// The tokens of numbers.
  ///
  /// - Parameter extra: What ``extendedNumbers(_:)`` numbered beyond the vocabulary.
  func tokens(_ numbers: [Int32], extra: [String] = []) -> [String] {
    numbers.map { number in
      let place = Int(number)
      if place < count { return tokens[place] }
      return place - count < extra.count ? extra[place - count] : tokens[Int(Self.unknown)]
    }
  }
}
