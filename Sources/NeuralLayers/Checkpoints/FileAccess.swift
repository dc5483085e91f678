internal import CombinatorialFiles

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

  private static func readChunk(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var count: Int
    repeat {
      count = read(descriptor, buffer.baseAddress, buffer.count)
    } while count < 0 && errno == EINTR
    return count
  }

  /// Makes `path` a file of these bytes, or leaves it as it was.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SafetensorsError) {
    do {
      try FileReplacement.write(bytes, to: path)
    } catch {
      throw .system(file: error.file, operation: error.operation, message: error.reason)
    }
  }

  private static func systemError(_ operation: String, _ path: String) -> SafetensorsError {
    let code = errno
    return .system(file: path, operation: operation, message: String(cString: strerror(code)))
  }
}
