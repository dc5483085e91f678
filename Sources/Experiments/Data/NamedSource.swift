/// Where data comes from, as users name it: by a name alone, or with a folder or file of theirs.
public protocol NamedSource: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Those with a name alone.
  static var named: [Self] { get }
  /// Those that are somewhere of the user's.
  static var located: [LocatedForm<Self>] { get }
}

/// How users name data of theirs: what stands before the folder or the file, what that is called in the help,
/// and the source that it makes.
public struct LocatedForm<Source: Sendable>: Sendable {
  /// With its colon.
  public let prefix: String
  /// As in `DIR`.
  public let place: String
  /// The source in a folder or file.
  public let source: @Sendable (_ path: String) -> Source

  /// A form.
  public init(
    prefix: String, place: String, source: @escaping @Sendable (_ path: String) -> Source
  ) {
    (self.prefix, self.place, self.source) = (prefix, place, source)
  }
}

extension NamedSource {
  /// How `--data` is written.
  public static var forms: [String] {
    named.map(\.description) + located.map { $0.prefix + $0.place }
  }

  /// Parses one of ``forms``; nil for anything else.
  public init?(_ text: String) {
    if let source = Self.named.first(where: { $0.description == text }) {
      self = source
    } else if let form = Self.located.first(where: { text.hasPrefix($0.prefix) }),
      text.count > form.prefix.count
    {
      self = form.source(String(text.dropFirst(form.prefix.count)))
    } else {
      return nil
    }
  }

  /// Reads one of ``forms``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let source = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected one of \(Self.forms), found '\(text)'")
    }
    self = source
  }

  /// Writes the text that parses to this source.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
