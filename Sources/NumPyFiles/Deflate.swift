internal import CCombinatorialZlib

/// What zlib does for zip archives.
enum Deflate {
  /// zlib's counters have 32 bits on some platforms, so it gets its data in pieces.
  private static let pieceSize = 1 << 30

  /// No byte of a deflated stream makes more than this many (zlib's technical details).
  static let greatestRatio = 1032

  /// The bytes that a deflated stream of RFC 1951 stands for.
  ///
  /// - Returns: Nil unless the stream is whole, ends with its bytes, and makes `size` bytes.
  static func inflate(_ packed: UnsafeBufferPointer<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    guard
      inflateInit2_(
        &stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var (consumed, status) = (0, Z_OK)
    // One byte more shows that a stream makes more.
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { output, count in
      repeat {
        let before = (consumed, count)
        step(&stream, packed, &consumed, output, &count) {
          status = CCombinatorialZlib.inflate($0, Z_NO_FLUSH)
        }
        if before == (consumed, count), status == Z_OK { status = Z_BUF_ERROR }
      } while status == Z_OK
    }
    return status == Z_STREAM_END && bytes.count == size && consumed == packed.count ? bytes : nil
  }

  /// A deflated stream of the bytes; nil if zlib has no memory.
  static func deflate(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var (consumed, status) = (0, Z_OK)
    // As zlib's deflateBound, whose argument has 32 bits on some platforms.
    let capacity = bytes.count + bytes.count >> 12 + bytes.count >> 14 + bytes.count >> 25 + 64
    let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      repeat {
        let isLast = bytes.count - consumed <= pieceSize
        step(&stream, bytes, &consumed, output, &count) {
          status = CCombinatorialZlib.deflate($0, isLast ? Z_FINISH : Z_NO_FLUSH)
        }
      } while status == Z_OK
    }
    return status == Z_STREAM_END ? packed : nil
  }

  /// The CRC-32 of zip archives.
  static func checksum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var checksum: uLong = 0
    for start in stride(from: 0, to: bytes.count, by: pieceSize) {
      let piece = UnsafeBufferPointer(
        rebasing: bytes[start..<min(bytes.count, start + pieceSize)])
      checksum = crc32(checksum, piece.baseAddress, UInt32(piece.count))
    }
    return UInt32(checksum)
  }

  /// One call of zlib with what is left of input and output.
  private static func step(
    _ stream: inout z_stream, _ input: UnsafeBufferPointer<UInt8>, _ consumed: inout Int,
    _ output: UnsafeMutableBufferPointer<UInt8>, _ produced: inout Int,
    _ call: (UnsafeMutablePointer<z_stream>) -> Void
  ) {
    let available = min(input.count - consumed, pieceSize)
    let room = min(output.count - produced, pieceSize)
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
    stream.avail_in = UInt32(available)
    stream.next_out = output.baseAddress.map { $0 + produced }
    stream.avail_out = UInt32(room)
    call(&stream)
    consumed += available - Int(stream.avail_in)
    produced += room - Int(stream.avail_out)
  }
}
