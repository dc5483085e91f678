internal import CombinatorialLibc

/// Whole files, read at once; one that does not fit in memory is an error, not the end of the process.
package enum FileContents {
  /// Every byte of a file.
  ///
  /// - Parameter copies: How many times its size the caller will need at once; a file that leaves less
  ///   memory than that is refused.
  package static func read(_ path: String, copies: Int = 2) throws(FileReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open") }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, copies: copies)
  }

  /// Every byte that a descriptor has to give.
  package static func read(
    descriptor: Int32, copies: Int = 2, memory: Int = MemoryLimit.bytes
  ) throws(FileReadError) -> [UInt8] {
    let limit = memory / max(1, copies)
    var status = stat()
    let size = fstat(descriptor, &status) == 0 ? max(0, Int(status.st_size)) : 0
    guard size <= limit else {
      throw FileReadError(
        operation: "read", reason: "\(size) bytes do not fit in memory, at most \(limit) do")
    }
    var failure: FileReadError?
    var isAtEnd = false
    // Even an empty array's count would be set, which all of the process share.
    var bytes: [UInt8] = []
    if size > 0 {
      bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size, !isAtEnd, failure == nil {
          let piece = UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: buffer[count...]))
          switch readPiece(descriptor, into: piece) {
          case .success(let length):
            count += length
            isAtEnd = length == 0
          case .failure(let error): failure = error
          }
        }
      }
    }
    // A pipe does not say how much will come, and a file may have grown.
    if failure == nil, !isAtEnd { failure = readOn(descriptor, into: &bytes, limit: limit) }
    if let failure { throw failure }
    return bytes
  }

  private static func readOn(
    _ descriptor: Int32, into bytes: inout [UInt8], limit: Int
  ) -> FileReadError? {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      switch chunk.withUnsafeMutableBytes({ readPiece(descriptor, into: $0) }) {
      case .success(0): return nil
      case .success(let length):
        guard bytes.count + length <= limit else {
          return FileReadError(
            operation: "read", reason: "it does not fit in memory, at most \(limit) bytes do")
        }
        bytes += chunk[..<length]
      case .failure(let error): return error
      }
    }
  }

  private static func readPiece(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) -> Result<Int, FileReadError> {
    while true {
      // Some systems refuse more than 2^31 - 1 bytes at once.
      let length = CombinatorialLibc.read(
        descriptor, buffer.baseAddress, min(buffer.count, 1 << 30))
      if length >= 0 { return .success(length) }
      if errno != EINTR { return .failure(.system("read")) }
    }
  }
}

/// Why a file could not be read.
package struct FileReadError: Error, Equatable, Sendable {
  /// `open` or `read`.
  package let operation: String
  /// In the operating system's words.
  package let reason: String

  static func system(_ operation: String) -> FileReadError {
    FileReadError(operation: operation, reason: String(cString: strerror(errno)))
  }
}
