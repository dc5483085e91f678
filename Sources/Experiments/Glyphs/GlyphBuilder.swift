/// Makes the glyph data set: 62 classes, the digits and letters of hundreds of Debian's fonts, split
/// so that no family of fonts is in two parts.
///
/// Downloads and draws once; later calls find the finished files. What was downloaded is kept.
public struct GlyphBuilder: Sendable {
  /// What was made or found.
  public struct Summary: Sendable, Codable {
    /// Where the files are.
    public let folder: String
    /// What they hold.
    public let record: GlyphRecord
    /// Whether every byte is as recorded. It is not with another version of FreeType or of a font.
    public let isAsRecorded: Bool
  }

  private let cache: String
  private let acceptsChangedFonts: Bool

  /// - Parameters:
  ///   - folders: The cache folder gets a folder `glyphs` and a folder `font-packages`.
  ///   - acceptsChangedFonts: Whether other numbers of pictures than ``GlyphRecord/expected`` will
  ///     do.
  public init(folders: DataFolders = DataFolders(), acceptsChangedFonts: Bool = false) {
    cache = folders.cache
    self.acceptsChangedFonts = acceptsChangedFonts
  }

  /// Makes the data set where it is not there yet.
  ///
  /// - Parameter progress: Is told what is being done, and how many faces were dropped and why.
  /// - Throws: ``DataBuildError``, `fontsChanged` where the counts are not the recorded ones; then
  ///   nothing is left in the data set's place.
  public func run(progress: (String) -> Void = { _ in }) throws(DataBuildError) -> Summary {
    let folders = GlyphFolders(cache: cache)
    if GlyphFiles.areComplete(in: folders.data) {
      let record = try GlyphRecord(folder: folders.data)
      try check(record)
      return summary(record, folder: folders.data)
    }
    let faces = try faces(folders, progress: progress)
    progress("splitting \(faces.count) faces by family")
    let split = GlyphSplit(faces, groups: GlyphGroups(of: faces))
    try GlyphFolders.remove(folders.unfinished)
    try GlyphFolders.make(folders.unfinished)
    try GlyphFiles.write(split, to: folders.unfinished)
    let record = try GlyphRecord(folder: folders.unfinished)
    try check(record)
    try GlyphFolders.move(folders.unfinished, to: folders.data)
    return summary(record, folder: folders.data)
  }

  private func check(_ record: GlyphRecord) throws(DataBuildError) {
    if !acceptsChangedFonts { try record.check(against: .expected) }
  }

  private func summary(_ record: GlyphRecord, folder: String) -> Summary {
    Summary(folder: folder, record: record, isAsRecorded: record == .expected)
  }

  private func faces(
    _ folders: GlyphFolders, progress: (String) -> Void
  ) throws(DataBuildError) -> [GlyphFace] {
    let reader = try GlyphFontReader()
    try FontPackages(folders: folders, skipsUnknown: acceptsChangedFonts)
      .unpack(FontPackages.list(), progress: progress)
    let fonts = FontPackages.fonts(below: folders.unpacked)
    progress("drawing \(fonts.count) fonts")
    let drawn = reader.faces(of: fonts, below: folders.unpacked)
    try GlyphFolders.remove(folders.unpacked)
    let selected = GlyphSelection.select(from: drawn.faces)
    let rejections = drawn.rejections.merging(selected.rejections) { $0 + $1 }
    for reason in GlyphRejection.allCases {
      progress("\(rejections[reason] ?? 0) fonts left out that \(reason.description)")
    }
    return selected.faces
  }
}
