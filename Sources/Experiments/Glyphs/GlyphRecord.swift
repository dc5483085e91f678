import ProblemFiles

/// What a glyph data set holds, in numbers: equal for equal data.
public struct GlyphRecord: Sendable, Equatable, Codable {
  /// One part of the data set.
  public struct Part: Sendable, Equatable, Codable {
    /// How many there are.
    public let pictures: Int
    /// SHA-256 of the file of pictures.
    public let sha256: String
  }

  /// All three parts.
  public let parts: [GlyphPart: Part]

  /// How many pictures the parts have, in words.
  var counts: String {
    GlyphPart.allCases
      .map { "\(parts[$0]?.pictures ?? 0) \($0.rawValue)" }.joined(separator: " + ") + " pictures"
  }

  /// The record of the files in a folder.
  init(folder: String) throws(DataBuildError) {
    do throws(DataFileError) {
      var parts: [GlyphPart: Part] = [:]
      for part in GlyphPart.allCases {
        let bytes = try FileBytes.read(GlyphFiles.pictures(part, in: folder))
        parts[part] = Part(
          pictures: try GlyphFiles.load(part, from: folder).count,
          sha256: SHA256.digest(of: bytes))
      }
      self.init(parts: parts)
    } catch { throw .file(error) }
  }

  init(parts: [GlyphPart: Part]) { self.parts = parts }

  /// Debian 12's fonts, drawn by its FreeType 2.12.
  public static let expected = GlyphRecord(parts: [
    .train: Part(
      pictures: 58_590,
      sha256: "c9b0cf09d27f34df3d93ace100809b9b96626ab0c67790b526d6432a03953b44"),
    .valid: Part(
      pictures: 3_038,
      sha256: "c895194e2906baaf6c7d067927f1eb39207481c3ae09b0d576529f68d26c5d08"),
    .test: Part(
      pictures: 17_546,
      sha256: "90108ec950793b4aadd82bb39632ed704db35b52d9a13a999aefe00ce5c8e2e2"),
  ])

  /// Fails where the fonts are others: where a part has another number of pictures.
  func check(against expected: GlyphRecord) throws(DataBuildError) {
    guard counts == expected.counts else {
      throw .fontsChanged(expected: expected.counts, found: counts)
    }
  }
}
