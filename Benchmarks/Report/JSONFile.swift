import Foundation

/// JSON for people and version control: sorted keys, one to a line.
enum JSONFile {
  /// Writes to a file, or to standard output for `-`.
  static func write(_ value: some Encodable, to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(value) + Data("\n".utf8)
    guard file != "-" else { return FileHandle.standardOutput.write(data) }
    do {
      try data.write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw BenchmarksError.file(file, reason: error.localizedDescription)
    }
  }
}
