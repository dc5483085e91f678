import Foundation

/// Where the glyph data set and what it is made of are kept.
struct GlyphFolders {
  /// The finished data set.
  let data: String
  /// The downloaded packages, kept so that nothing is downloaded twice.
  let packages: String
  /// The package lists of the archive, apart from the system's: those may be old or cleared away,
  /// and only the administrator may renew them.
  let lists: String
  /// The unpacked packages, while fonts are read.
  let unpacked: String
  /// The data set while it is written.
  let unfinished: String

  init(cache: String) {
    data = "\(cache)/glyphs"
    packages = "\(cache)/font-packages"
    lists = "\(packages)/lists"
    unpacked = "\(packages)/unpacked"
    unfinished = "\(cache)/glyphs.unfinished"
  }

  static func make(_ folder: String) throws(DataBuildError) {
    do { try Folder.make(folder) } catch { throw .file(error) }
  }

  static func remove(_ folder: String) throws(DataBuildError) {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    do { try FileManager.default.removeItem(atPath: folder) } catch {
      throw .file(.unwritable(file: folder, reason: error.localizedDescription))
    }
  }

  /// Puts a complete folder in its place in one step.
  static func move(_ folder: String, to place: String) throws(DataBuildError) {
    try remove(place)
    do { try FileManager.default.moveItem(atPath: folder, toPath: place) } catch {
      throw .file(.unwritable(file: place, reason: error.localizedDescription))
    }
  }
}
