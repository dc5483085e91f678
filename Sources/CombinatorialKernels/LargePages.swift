internal import CombinatorialLibc

/// Blocks of many megabytes in large pages, where the system offers them. In small ones it takes a tenth of a second to
/// give a gigabyte back, which the end of a cancelled call waits for, and as long to take it.
package enum LargePages {
  /// Smaller blocks are left as they are.
  private static let leastByteCount = 1 << 24

  /// Asks for large pages under a block that has not been written yet. The system need not follow.
  package static func advise(_ start: UnsafeMutableRawPointer?, byteCount: Int) {
    #if os(Linux)
      guard let start, byteCount >= leastByteCount else { return }
      let page = Int(getpagesize())
      let skipped = (page - Int(bitPattern: start) & (page - 1)) & (page - 1)
      _ = madvise(start + skipped, (byteCount - skipped) & ~(page - 1), MADV_HUGEPAGE)
    #endif
  }
}
