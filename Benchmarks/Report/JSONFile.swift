import CombinatorialFiles
import Foundation

/// JSON for people and version control: sorted keys, one to a line.
enum JSONFile {
  /// Writes to a file, or to standard output for `-`.
  static func write(_ value: some Encodable, to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    guard file != "-" else { return Console.write(text, to: .standardOutput) }
    do {
      try FileReplacement.write(Array("\(text)\n".utf8), to: file)
    } catch {
      throw BenchmarksError.file(file, reason: error.reason)
    }
  }
}
