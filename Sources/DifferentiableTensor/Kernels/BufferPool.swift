internal import CombinatorialKernels

/// Memory for tensors, aligned to cache lines and kept for reuse.
///
/// A training step allocates the same sizes again and again; fresh pages from the system cost more
/// than most of the loops that fill them. Sizes are rounded up to one of eight steps per power of
/// two, so at most an eighth of a buffer is wasted.
package enum BufferPool {
  /// A cache line, which is also the widest vector register.
  package static let alignment = 64

  /// At most this many bytes wait for reuse, over all sizes.
  static let limit = 1 << 30

  /// An allocation; whoever holds it is its only user.
  struct Block: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
  }

  private struct State {
    var free: [Int: [Block]] = [:]
    var freeByteCount = 0
  }

  private static let state = Lock(State())

  /// A block of at least `byteCount` bytes with arbitrary contents.
  static func take(byteCount: Int) -> Block {
    let size = roundedSize(byteCount)
    let reused = state.withLock { state -> Block? in
      guard let block = state.free[size]?.popLast() else { return nil }
      state.freeByteCount -= size
      return block
    }
    return reused
      ?? Block(base: .allocate(byteCount: size, alignment: alignment), byteCount: size)
  }

  /// Keeps `block` for reuse. If that passes the limit, everything kept so far goes back to the
  /// system first: the program has moved on to other sizes.
  static func give(_ block: Block) {
    guard block.byteCount <= limit else { return block.base.deallocate() }
    let evicted = state.withLock { state -> [Int: [Block]] in
      var evicted: [Int: [Block]] = [:]
      if state.freeByteCount + block.byteCount > limit {
        swap(&evicted, &state.free)
        state.freeByteCount = 0
      }
      state.free[block.byteCount, default: []].append(block)
      state.freeByteCount += block.byteCount
      return evicted
    }
    for blocks in evicted.values {
      for block in blocks { block.base.deallocate() }
    }
  }

  /// `byteCount` rounded up to a whole number of cache lines with at most four significant bits.
  package static func roundedSize(_ byteCount: Int) -> Int {
    let lines = max(1, (byteCount + alignment - 1) / alignment)
    let shift = max(0, Int.bitWidth - 4 - lines.leadingZeroBitCount)
    let mask = (1 << shift) - 1
    return ((lines + mask) & ~mask) * alignment
  }
}

/// Scalars from the pool that one call works in, with arbitrary contents.
package struct PooledScalars: ~Copyable {
  /// The first of them; valid as long as this exists.
  package let base: UnsafeMutablePointer<Float>
  private let block: BufferPool.Block

  package init(count: Int) {
    block = BufferPool.take(byteCount: count * MemoryLayout<Float>.stride)
    base = block.base.bindMemory(to: Float.self, capacity: count)
  }

  deinit { BufferPool.give(block) }
}
