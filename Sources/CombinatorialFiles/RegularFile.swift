internal import CombinatorialLibc

/// A file of a known size whose parts are read to where they are to be, without a copy of the whole beside them.
package struct RegularFile: ~Copyable {
  /// In bytes, when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// nil for what cannot be opened, and for pipes and devices, which are not: a writer waits for their only reader.
  package init?(_ path: String) {
    var status = stat()
    let isRegular = stat(path, &status) == 0 && Self.isRegular(status)
    descriptor = isRegular ? open(path, O_RDONLY | O_CLOEXEC) : -1
    guard descriptor >= 0 else { return nil }
    guard fstat(descriptor, &status) == 0, Self.isRegular(status) else {
      close(descriptor)
      return nil
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  private static func isRegular(_ status: stat) -> Bool {
    status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG)
  }

  /// Elements as they lie in the file from a byte on; nil if it does not have them, or they do not fit in memory.
  package func elements<Element: BitwiseCopyable>(
    _ type: Element.Type, count: Int, from offset: Int
  ) -> [Element]? {
    guard count <= min(size - offset, MemoryLimit.bytes) / MemoryLayout<Element>.stride else {
      return nil
    }
    // Even an empty array's count would be set, which all of the process share.
    guard count > 0 else { return [] }
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = fill(UnsafeMutableRawBufferPointer(buffer), from: offset) ? count : 0
    }
    return elements.count == count ? elements : nil
  }

  /// False if the file ends or fails before the buffer is full.
  private func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) -> Bool {
    var filled = 0
    while filled < buffer.count {
      // Some systems refuse more than 2^31 - 1 bytes at once.
      let length = pread(
        descriptor, buffer.baseAddress.map { $0 + filled }, min(buffer.count - filled, 1 << 30),
        off_t(offset + filled))
      if length < 0, errno == EINTR { continue }
      guard length > 0 else { return false }
      filled += length
    }
    return true
  }
}
