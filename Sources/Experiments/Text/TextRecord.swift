import ProblemFiles

/// What a text data set holds, in numbers: equal for equal data.
public struct TextRecord: Sendable, Equatable, Codable {
  /// One part of the data set.
  public struct Part: Sendable, Equatable, Codable {
    /// How many there are.
    public let pairs: Int
    /// SHA-256 of the file.
    public let sha256: String
  }

  /// All three parts.
  public let parts: [TextPart: Part]

  init(parts: [TextPart: Part]) { self.parts = parts }

  /// The record of the files in a folder.
  init(folder: String) throws(DataBuildError) {
    do throws(DataFileError) {
      var parts: [TextPart: Part] = [:]
      for part in TextPart.allCases {
        let path = TextFiles.path(part, in: folder)
        let bytes = try FileBytes.read(path)
        parts[part] = Part(
          pairs: try TextFiles.decoded(bytes, file: path).count,
          sha256: SHA256.digest(of: bytes))
      }
      self.init(parts: parts)
    } catch { throw .file(error) }
  }
}

/// What building a text data set gave.
public struct TextSummary: Sendable, Codable {
  /// Where the files are.
  public let folder: String
  /// What they hold.
  public let record: TextRecord
  /// Whether every byte is as recorded. It is not where upstream has changed since.
  public let isAsRecorded: Bool
}

/// Makes a text data set where it is not there yet, and compares it with its record.
struct TextBuilder {
  let folder: String
  let expected: TextRecord

  /// - Parameter pairs: Makes the pairs of each part.
  func run(
    _ pairs: () throws(DataBuildError) -> [TextPart: [TextPair]]
  ) throws(DataBuildError) -> TextSummary {
    if !TextFiles.areComplete(in: folder) {
      let unfinished = "\(folder).unfinished"
      let pairs = try pairs()
      try GlyphFolders.remove(unfinished)
      try GlyphFolders.make(unfinished)
      for part in TextPart.allCases {
        do {
          try FileBytes.write(
            TextFiles.encoded(pairs[part] ?? []), to: TextFiles.path(part, in: unfinished))
        } catch { throw .file(error) }
      }
      try GlyphFolders.move(unfinished, to: folder)
    }
    let record = try TextRecord(folder: folder)
    return TextSummary(folder: folder, record: record, isAsRecorded: record == expected)
  }
}
