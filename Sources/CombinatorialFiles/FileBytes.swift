internal import CombinatorialLibc

/// Whole files in and out, with the operating system's own words when it refuses.
package enum FileBytes {
  /// The path that reads standard input instead of a file.
  package static let standardInput = "-"

  /// What errors call a file.
  package static func name(of path: String) -> String {
    path == standardInput ? "standard input" : path
  }

  /// Every byte of a file, or of standard input for `-`.
  ///
  /// - Parameter copies: How many times its size the caller will need at once; what does not fit in
  ///   memory so many times is refused.
  package static func read(_ path: String, copies: Int = 2) throws(DataFileError) -> [UInt8] {
    do {
      return path == standardInput
        ? try FileContents.read(descriptor: STDIN_FILENO, copies: copies)
        : try FileContents.read(path, copies: copies)
    } catch {
      throw .unreadable(file: name(of: path), reason: error.reason)
    }
  }

  /// Writes a new file beside the old one and puts it in its place, so that a reader never sees half.
  package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(DataFileError) {
    do { try FileReplacement.write(Array(bytes), to: path) } catch { throw DataFileError(error) }
  }

  /// Writes a file that is removed soon: a crash may leave half of it.
  package static func writeScratch(
    _ bytes: some Sequence<UInt8>, to path: String
  ) throws(DataFileError) {
    do {
      let file = try OutputFile(path, .replacing)
      try file.write(Array(bytes))
      try file.close()
    } catch { throw DataFileError(error) }
  }

  /// Adds to the end of a file, made if need be, in one write: lines of several processes do not mix.
  package static func append(_ bytes: [UInt8], to path: String) throws(DataFileError) {
    do {
      let file = try OutputFile(path, .appending)
      try file.write(bytes)
      try file.flush()
      try file.close()
    } catch { throw DataFileError(error) }
  }

  package static func exists(_ path: String) -> Bool {
    access(path, R_OK) == 0
  }
}
