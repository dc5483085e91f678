/// Where data comes from, as users name it: by a name alone, or with a folder of theirs.
public protocol NamedSource: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Those with a name alone.
  static var named: [Self] { get }
  /// What goes before a folder.
  static var folderPrefix: String { get }
  /// The one in a folder.
  static func within(_ folder: String) -> Self
}

extension NamedSource {
  /// How `--data` is written.
  public static var forms: [String] { named.map(\.description) + ["\(folderPrefix)DIR"] }

  /// Parses one of ``forms``; nil for anything else.
  public init?(_ text: String) {
    let folder = String(text.dropFirst(Self.folderPrefix.count))
    if let source = Self.named.first(where: { $0.description == text }) {
      self = source
    } else if text.hasPrefix(Self.folderPrefix), !folder.isEmpty {
      self = .within(folder)
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
