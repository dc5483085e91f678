/// The scalars of one or more tensors. Written only while one tensor holds it, so that sharing it
/// between threads is safe.
final class Storage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let block: BufferPool.Block

  /// `count` scalars with arbitrary contents. `4 * count` must not overflow.
  init(uninitializedCount count: Int) {
    block = BufferPool.take(byteCount: count * MemoryLayout<Float>.stride)
    base = block.base.bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  convenience init(copying other: Storage) {
    self.init(uninitializedCount: other.count)
    base.update(from: other.base, count: count)
  }

  deinit { BufferPool.give(block) }

  var buffer: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
  var mutableBuffer: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}
