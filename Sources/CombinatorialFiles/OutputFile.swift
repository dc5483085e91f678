internal import CombinatorialLibc

/// A file, pipe or device that is written to piece by piece, through the system's own calls: nothing waits
/// in a buffer, and no refusal of the system's is lost.
package final class OutputFile {
  /// What becomes of a file that is there.
  package enum Opening: Sendable {
    case replacing
    case appending
    /// There must be none.
    case new
  }

  private let name: String
  private var descriptor: Int32

  /// Opens a file, which is made if need be.
  ///
  /// - Parameter name: What errors call it; nil: its path.
  package init(_ path: String, _ opening: Opening, name: String? = nil) throws(FileWriteError) {
    let flags =
      switch opening {
      case .replacing: O_TRUNC
      case .appending: O_APPEND
      case .new: O_EXCL
      }
    self.name = name ?? path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o666)
    guard descriptor >= 0 else { throw FileWriteError.last("create", self.name) }
  }

  deinit { if descriptor >= 0 { closed(descriptor) } }

  /// Writes bytes behind those that were written before.
  package func write(_ bytes: [UInt8]) throws(FileWriteError) {
    try Self.write(bytes, to: descriptor, name: name)
  }

  /// Writes bytes to what is open already, such as standard output; in one call if the system takes them
  /// at once, so that lines of several processes do not mix.
  package static func write(
    _ bytes: [UInt8], to descriptor: Int32, name: String
  ) throws(FileWriteError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        written(UnsafeRawBufferPointer(rebasing: $0[offset...]), descriptor)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileWriteError.last("write", name) }
      offset += count
    }
  }

  /// Returns when all bytes are on the disk, if they go to one, and the file could be closed.
  package func flush() throws(FileWriteError) {
    // Pipes, terminals and some file systems have nothing to wait for.
    if fsync(descriptor) != 0, ![EINVAL, ENOTSUP, EROFS].contains(errno) {
      throw FileWriteError.last("fsync", name)
    }
    // Some file systems tell a failure only when a file is closed, and the lock goes with the last descriptor.
    let copy = dup(descriptor)
    guard copy >= 0, closed(copy) == 0 else { throw FileWriteError.last("close", name) }
  }

  /// Closes the file, which cannot be written to any more.
  package func close() throws(FileWriteError) {
    let status = closed(descriptor)
    descriptor = -1
    guard status == 0 else { throw FileWriteError.last("close", name) }
  }

  // MARK: For temporary files

  /// Locks the file against other processes' locks, where the file system knows locks.
  func lock() {
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  }

  /// Whether the file has a name still; false once it is removed.
  var hasName: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Gives the file the permissions of another one, if there is one.
  func takePermissions(of path: String) {
    var status = stat()
    if stat(path, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
  }
}

// The system's calls whose names are methods' too.
@discardableResult
private func closed(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func written(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int {
  write(descriptor, bytes.baseAddress, min(bytes.count, 1 << 24))
}

/// Why a file could not be written.
package struct FileWriteError: Error, Equatable, Sendable {
  package let file: String
  /// `create`, `write`, `fsync`, `close` or `rename`.
  package let operation: String
  /// In the operating system's words.
  package let reason: String

  /// The error of the call that has just failed.
  static func last(_ operation: String, _ file: String) -> FileWriteError {
    let code = errno
    return FileWriteError(file: file, operation: operation, reason: String(cString: strerror(code)))
  }
}
