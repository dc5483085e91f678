/// Reads a file's bytes from the front; what is missing becomes an error that names the place.
struct ByteReader {
  let file: String
  let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  var remaining: Int { bytes.count - offset }

  mutating func take(_ count: Int, for purpose: String) throws(DataFileError) -> ArraySlice<UInt8> {
    guard count <= remaining else {
      throw .corrupt(
        file: file, offset: bytes.count,
        expected: "\(count) bytes of \(purpose) from byte \(offset)",
        found: "the end after \(remaining)")
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  mutating func bigEndian32(for purpose: String) throws(DataFileError) -> Int {
    try take(4, for: purpose).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func littleEndian(byteCount: Int, for purpose: String) throws(DataFileError) -> Int {
    try take(byteCount, for: purpose).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  func expectEnd() throws(DataFileError) {
    guard remaining == 0 else {
      throw corrupt(at: offset, expected: "the end of the file", found: "\(remaining) more bytes")
    }
  }

  func corrupt(at offset: Int, expected: String, found: String) -> DataFileError {
    .corrupt(file: file, offset: offset, expected: expected, found: found)
  }
}
