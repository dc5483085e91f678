import CombinatorialFiles
import Foundation

/// Folders that files are written to.
package enum Folder {
  /// Makes a folder and those above it, as far as they are not there.
  package static func make(_ path: String) throws(DataFileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(file: path, reason: error.localizedDescription)
    }
  }
}
