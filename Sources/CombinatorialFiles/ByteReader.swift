/// Reads a file's bytes from the front; what is missing becomes an error that names the place.
package struct ByteReader {
  package let file: String
  package let bytes: [UInt8]
  package private(set) var offset = 0

  package init(_ bytes: [UInt8], file: String) {
    (self.bytes, self.file) = (bytes, file)
  }

  package var remaining: Int { bytes.count - offset }

  package mutating func take(
    _ count: Int, for purpose: String
  ) throws(DataFileError) -> ArraySlice<UInt8> {
    guard count <= remaining else {
      throw .corrupt(
        file: file, offset: bytes.count,
        expected: "\(count) bytes of \(purpose) from byte \(offset)",
        found: "the end after \(remaining)")
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  package mutating func bigEndian32(for purpose: String) throws(DataFileError) -> Int {
    try take(4, for: purpose).reduce(0) { $0 << 8 | Int($1) }
  }

  package mutating func littleEndian(
    byteCount: Int, for purpose: String
  ) throws(DataFileError) -> Int {
    try take(byteCount, for: purpose).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  package func expectEnd() throws(DataFileError) {
    guard remaining == 0 else {
      throw corrupt(at: offset, expected: "the end of the file", found: "\(remaining) more bytes")
    }
  }

  package func corrupt(at offset: Int, expected: String, found: String) -> DataFileError {
    .corrupt(file: file, offset: offset, expected: expected, found: found)
  }
}
