internal import CCombinatorialZlib
import ProblemFiles

/// Unpacks gzip files (RFC 1952).
enum Gzip {
  /// No picture set that is read here comes near this size; a file that claims more is refused.
  static let maximumUnpackedSize = 1 << 28

  /// The contents of a gzip file of one or more members; zlib checks length and CRC of each.
  ///
  /// - Parameter file: The name that errors give; their offsets count packed bytes.
  static func unpack(
    _ packed: [UInt8], file: String, maximumSize: Int = maximumUnpackedSize
  ) throws(DataFileError) -> [UInt8] {
    var stream = z_stream()
    let windowBitsAndGzipHeader: Int32 = 15 + 16
    let status = inflateInit2_(
      &stream, windowBitsAndGzipHeader, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw .unreadable(file: file, reason: "zlib cannot start (status \(status))")
    }
    defer { inflateEnd(&stream) }

    var unpacked: [UInt8] = []
    let result: Result<Void, DataFileError> = packed.withUnsafeBufferPointer { input in
      Result { () throws(DataFileError) in
        try inflate(input, with: &stream, into: &unpacked, file: file, maximumSize: maximumSize)
      }
    }
    try result.get()
    return unpacked
  }

  /// Feeds zlib its input in pieces: its counters have 32 bits on some platforms.
  private static func inflate(
    _ input: UnsafeBufferPointer<UInt8>, with stream: inout z_stream,
    into unpacked: inout [UInt8], file: String, maximumSize: Int
  ) throws(DataFileError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    var status = Z_OK
    while status != Z_STREAM_END || consumed < input.count {
      if status == Z_STREAM_END { inflateReset(&stream) }
      let piece = input[consumed..<min(consumed + 1 << 20, input.count)]
      stream.next_in = UnsafeMutablePointer(
        mutating: UnsafeBufferPointer(rebasing: piece).baseAddress)
      stream.avail_in = UInt32(piece.count)
      let produced = buffer.withUnsafeMutableBufferPointer { output in
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        status = CCombinatorialZlib.inflate(&stream, Z_NO_FLUSH)
        return output.count - Int(stream.avail_out)
      }
      consumed += piece.count - Int(stream.avail_in)
      guard status == Z_OK || status == Z_STREAM_END else {
        let truncated = status == Z_BUF_ERROR || piece.isEmpty
        throw .corrupt(
          file: file, offset: consumed, expected: "gzip data",
          found: truncated
            ? "the end of the file" : stream.msg.map { String(cString: $0) } ?? "status \(status)")
      }
      unpacked += buffer[..<produced]
      guard unpacked.count <= maximumSize else {
        throw .corrupt(
          file: file, offset: consumed, expected: "at most \(maximumSize) bytes when unpacked",
          found: "more")
      }
    }
  }
}
