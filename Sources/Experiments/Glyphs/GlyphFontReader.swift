/// Draws the characters of font files.
struct GlyphFontReader {
  private let library: FreeTypeLibrary

  init() throws(DataBuildError) { library = try FreeTypeLibrary() }

  /// The face of each font that has every character, and how many fonts were dropped and why.
  ///
  /// - Parameter paths: Paths from `folder`.
  func faces(
    of paths: [String], below folder: String
  ) -> (faces: [GlyphFace], rejections: [GlyphRejection: Int]) {
    var faces: [GlyphFace] = []
    var rejections: [GlyphRejection: Int] = [:]
    for path in paths {
      do {
        if let face = try face(at: path, below: folder) {
          faces.append(face)
        } else {
          rejections[.incomplete, default: 0] += 1
        }
      } catch {
        rejections[.unreadable, default: 0] += 1
      }
    }
    return (faces, rejections)
  }

  /// The face with its pictures; nil where a character is missing or blank.
  private func face(at path: String, below folder: String) throws(DataBuildError) -> GlyphFace? {
    let font = try FreeTypeFace(
      file: "\(folder)/\(path)", pixelsPerEm: GlyphLayout.pixelsPerEm, library: library)
    guard GlyphPictures.characters.allSatisfy(font.has) else { return nil }
    var bitmaps: [GlyphBitmap] = []
    for character in GlyphPictures.characters {
      bitmaps.append(try font.bitmap(of: character))
    }
    guard let pictures = GlyphLayout.pictures(of: bitmaps) else { return nil }
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    return GlyphFace(path: path, family: font.family ?? fileName, pictures: pictures)
  }
}
