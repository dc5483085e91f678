import CombinatorialFiles
import Foundation

/// Whole files in and out, with the operating system's own words when it refuses.
enum FileBytes {
  /// The name that reads standard input instead of a file.
  static let standardInput = "-"
  static let standardInputName = "standard input"

  /// Every byte of a file, or of standard input for `-`.
  static func read(_ path: String) throws(DataFileError) -> [UInt8] {
    if path == standardInput {
      return try read(descriptor: STDIN_FILENO, named: standardInputName)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: lastReason()) }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, named: path)
  }

  private static func read(
    descriptor: Int32, named name: String
  ) throws(DataFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size > 0 {
      bytes.reserveCapacity(Int(status.st_size))
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable(file: name, reason: lastReason())
      }
      bytes += buffer[..<count]
    }
  }

  /// Writes a new file beside the old one and puts it in its place, so that a reader never sees half.
  static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(DataFileError) {
    do { try FileReplacement.write(Array(bytes), to: path) } catch { throw DataFileError(error) }
  }

  /// Writes a file that is removed soon: a crash may leave half of it.
  static func writeScratch(_ bytes: some Sequence<UInt8>, to path: String) throws(DataFileError) {
    do {
      let file = try OutputFile(path, .replacing)
      try file.write(Array(bytes))
      try file.close()
    } catch { throw DataFileError(error) }
  }

  /// Adds to the end of a file, made if need be, in one write: lines of several processes do not mix.
  static func append(_ bytes: [UInt8], to path: String) throws(DataFileError) {
    do {
      let file = try OutputFile(path, .appending)
      try file.write(bytes)
      try file.flush()
      try file.close()
    } catch { throw DataFileError(error) }
  }

  static func exists(_ path: String) -> Bool {
    access(path, R_OK) == 0
  }

  private static func lastReason() -> String {
    String(cString: strerror(errno))
  }
}
