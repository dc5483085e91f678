import Foundation

/// Answers of independent tools, as JSON: `{"tool": …, "cases": […]}`.
public struct Fixture<Case: Decodable & Sendable>: Decodable, Sendable {
  /// The tool that gave the answers, with its version.
  public let tool: String
  /// The problems with their answers.
  public let cases: [Case]

  /// Reads `Fixtures/<name>.json`.
  public init(_ name: String) throws {
    self = try decoded(fixture: name)
  }
}

/// What `Fixtures/<name>.json` says.
public func decoded<Content: Decodable>(fixture name: String) throws -> Content {
  guard let url = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json") else {
    throw CocoaError(.fileNoSuchFile)
  }
  return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
}

/// A number, or the word "inf", which JSON has no number for.
public struct ExtendedNumber: Decodable, Sendable {
  /// The number; +infinity for "inf".
  public let value: Double

  /// Decodes either form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else {
      let word = try container.decode(String.self)
      guard word == "inf" else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected a number or \"inf\", found \(word)")
      }
      value = .infinity
    }
  }
}
