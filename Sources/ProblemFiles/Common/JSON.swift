internal import Foundation

/// Results as JSON.
package enum JSON {
  /// One line, its keys sorted. Every number reads back as the same double.
  package static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
