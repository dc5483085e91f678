#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Whole files, read at once and replaced at once, through the system's own calls.
enum FileAccess {
  static func contents(of path: String) throws(SafetensorsError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError("open", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = chunk.withUnsafeMutableBytes { readChunk(descriptor, into: $0) }
      guard count >= 0 else { throw systemError("read", path) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Makes `path` a file of these bytes, or leaves it as it was.
  ///
  /// The bytes go to a new file in the same folder, reach the disk, and take the place of the old
  /// file in one step, so that a reader, a crash or a full disk never meets half a file.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SafetensorsError) {
    let temporary = temporaryPath(beside: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw systemError("open", temporary) }
    var failure = writeAll(bytes, to: descriptor, path: temporary)
    if close(descriptor) != 0, failure == nil { failure = systemError("close", temporary) }
    if failure == nil, rename(temporary, path) != 0 { failure = systemError("rename", path) }
    if let failure {
      unlink(temporary)
      throw failure
    }
    synchronizeFolder(of: path)
  }

  private static func writeAll(
    _ bytes: [UInt8], to descriptor: Int32, path: String
  ) -> SafetensorsError? {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress! + offset, min(buffer.count - offset, 1 << 24))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return systemError("write", path) }
      offset += count
    }
    return fsync(descriptor) == 0 ? nil : systemError("fsync", path)
  }

  /// Makes the new name itself durable. The file is complete either way, so a file system that
  /// cannot do this is not an error.
  private static func synchronizeFolder(of path: String) {
    let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func readChunk(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var count: Int
    repeat {
      count = read(descriptor, buffer.baseAddress, buffer.count)
    } while count < 0 && errno == EINTR
    return count
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func temporaryPath(beside path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
    return "\(folder(of: path))/.\(name.prefix(64)).\(suffix).tmp"
  }

  private static func systemError(_ operation: String, _ path: String) -> SafetensorsError {
    let code = errno
    return .system(file: path, operation: operation, message: String(cString: strerror(code)))
  }
}
