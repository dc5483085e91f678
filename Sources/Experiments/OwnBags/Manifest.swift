import CombinatorialFiles
import Foundation
import ProblemFiles

/// The lines of a file of JSON objects, one a line; empty lines are passed over.
struct Manifest<Line: ManifestLine> {
  let path: String
  /// Those that can be used as far as they tell, with their numbers, counted from 1.
  private(set) var lines: [(number: Int, content: Line)] = []
  private(set) var badLines: [BadLine] = []

  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - skipsBadLines: Whether to go on after a line that cannot be used.
  ///   - check: What else is asked of a line.
  init(
    contentsOf path: String, skipsBadLines: Bool,
    check: (Line) -> ManifestFault? = { _ in nil }
  ) throws(ManifestError) {
    self.path = path
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw .file(error) }
    let decoder = JSONDecoder()
    let refusal: BadLine? = bytes.withUnsafeBufferPointer { bytes in
      var text = TextLines(bytes)
      while text.next() {
        guard !text.line.trimmed.isEmpty else { continue }
        let fault: ManifestFault
        do {
          let line = try decoder.decode(Line.self, from: Data(text.line))
          guard let found = line.fault ?? check(line) else {
            lines.append((text.number, line))
            continue
          }
          fault = found
        } catch { fault = ManifestFault(error) }
        let bad = BadLine(file: path, line: text.number, fault: fault)
        guard skipsBadLines else { return bad }
        badLines.append(bad)
      }
      return nil
    }
    if let refusal { throw .badLine(refusal) }
  }

  /// Reads the pictures of all lines, and drops the lines of which one cannot be used.
  ///
  /// - Returns: The pictures, where they are, and which of them each of ``lines`` has.
  mutating func load(
    _ format: PictureFormat, skipsBadLines: Bool
  ) throws(ManifestError) -> LoadedPictures {
    let loader = PictureLoader(manifest: path, format: format)
    let loaded = try loader.load(
      lines.map { ($0.number, $0.content.references) }, skipsBadLines: skipsBadLines)
    let bad = Set(loaded.badLines.compactMap(\.line))
    lines.removeAll { bad.contains($0.number) }
    badLines = (badLines + loaded.badLines).sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    if lines.isEmpty { throw .empty(file: path, skipped: badLines.count) }
    return loaded
  }
}
