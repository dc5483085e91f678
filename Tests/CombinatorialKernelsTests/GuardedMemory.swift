/// Memory for a kernel to write to, each piece between canaries and full of a byte before.
final class GuardedMemory {
  private struct Piece {
    let start: UnsafeMutableRawPointer
    let offset: Int
    let count: Int
    let total: Int
  }

  private static let canary: UInt8 = 0x5C
  private let fill: UInt8
  private var pieces: [Piece] = []

  /// - Parameter fill: What the memory holds before a kernel has written to it.
  init(fill: UInt8) { self.fill = fill }

  deinit { for piece in pieces { piece.start.deallocate() } }

  /// Memory for some elements.
  func elements<Element: BitwiseCopyable>(
    _ count: Int, of _: Element.Type = Element.self
  ) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    return self.bytes(bytes, offset: 64).bindMemory(to: Element.self, capacity: count)
  }

  /// Memory for some bytes, at an offset from a boundary of 64.
  func bytes(_ count: Int, offset: Int) -> UnsafeMutableRawPointer {
    let total = offset + count + 64
    let start = UnsafeMutableRawPointer.allocate(byteCount: total, alignment: 64)
    start.initializeMemory(as: UInt8.self, repeating: Self.canary, count: total)
    (start + offset).initializeMemory(as: UInt8.self, repeating: fill, count: count)
    pieces.append(Piece(start: start, offset: offset, count: count, total: total))
    return start + offset
  }

  /// Whether no canary has been written over.
  var isIntact: Bool {
    pieces.allSatisfy { piece in
      let bytes = UnsafeRawBufferPointer(start: piece.start, count: piece.total)
      return bytes[..<piece.offset].allSatisfy { $0 == Self.canary }
        && bytes[(piece.offset + piece.count)...].allSatisfy { $0 == Self.canary }
    }
  }
}

extension UnsafeMutablePointer {
  /// The first elements.
  func array(_ count: Int) -> [Pointee] { Array(UnsafeBufferPointer(start: self, count: count)) }
}
