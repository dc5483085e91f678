internal import CombinatorialFiles

/// The members of a zip archive: stored or deflated, with the extensions for large files.
///
/// The directory at the end is what counts, as for every program that reads archives; what it says of a
/// member is checked against the data.
///
/// Format: PKWARE, .ZIP file format specification 6.3.10,
/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
struct ZipReader {
  /// An entry of the directory.
  struct Member {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// The sizes of the data, as it is in the archive and unpacked.
    let packedSize: Int
    let size: Int
    /// Where the member's own header is.
    let header: Int
  }

  private let bytes: [UInt8]
  private let file: String
  private(set) var members: [Member] = []

  private enum Signature {
    static let localHeader = 0x0403_4B50
    static let directoryEntry = 0x0201_4B50
    static let end = 0x0605_4B50
    static let end64 = 0x0606_4B50
    static let end64Locator = 0x0706_4B50
  }

  init(_ bytes: [UInt8], file: String) throws(DataFileError) {
    (self.bytes, self.file) = (bytes, file)
    let directory = try directory()
    var offset = directory.start
    for _ in 0..<directory.count {
      let (member, length) = try entry(at: offset)
      members.append(member)
      offset += length
    }
    guard offset == directory.end else {
      throw error(
        at: offset, expected: "the end of the directory",
        found: "\(directory.end - offset) more bytes")
    }
  }

  // MARK: Directory

  private func directory() throws(DataFileError) -> (count: Int, start: Int, end: Int) {
    let end = try endOfDirectory()
    var count = try number(end + 10, 2)
    var (size, start) = (try number(end + 12, 4), try number(end + 16, 4))
    var limit = end
    if end >= 20, try number(end - 20, 4) == Signature.end64Locator {
      let record = try number(end - 12, 8)
      try expect(Signature.end64, at: record, "the end of a large directory")
      count = try number(record + 32, 8)
      (size, start) = (try number(record + 40, 8), try number(record + 48, 8))
      limit = record
    }
    guard start <= limit, size == limit - start, count <= size / 46 else {
      throw error(
        at: end, expected: "a directory of \(count) members in \(size) bytes from byte \(start)",
        found: "\(limit) bytes in front of its end")
    }
    return (count, start, limit)
  }

  /// The last record, which a comment may follow.
  private func endOfDirectory() throws(DataFileError) -> Int {
    let last = bytes.count - 22
    for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where bytes[offset] == UInt8(ascii: "P") {
      let (signature, comment) = (try number(offset, 4), try number(offset + 20, 2))
      if signature == Signature.end, comment == last - offset { return offset }
    }
    throw error(
      at: bytes.count, expected: "the directory of a zip archive", found: "the end of the file")
  }

  private func entry(
    at offset: Int
  ) throws(DataFileError) -> (member: Member, length: Int) {
    try expect(Signature.directoryEntry, at: offset, "an entry of the directory")
    let method = try number(offset + 10, 2)
    let (nameLength, extraLength) = (try number(offset + 28, 2), try number(offset + 30, 2))
    let length = 46 + nameLength + extraLength + (try number(offset + 32, 2))
    let name = String(
      decoding: try slice(offset + 46, nameLength, "a name"), as: UTF8.self)
    guard try number(offset + 8, 2) & 1 == 0, method == 0 || method == 8 else {
      throw error(
        at: offset + 8, expected: "\(Self.quoted(name)) stored or deflated, and not encrypted",
        found: "method \(method)")
    }
    var sizes = [
      try number(offset + 24, 4), try number(offset + 20, 4), try number(offset + 42, 4),
    ]
    try takeLargeSizes(&sizes, from: offset + 46 + nameLength, length: extraLength)
    let member = Member(
      name: name, isDeflated: method == 8, checksum: UInt32(try number(offset + 16, 4)),
      packedSize: sizes[1], size: sizes[0], header: sizes[2])
    return (member, length)
  }

  /// Sizes that do not fit in 32 bits stand in the extra field of kind 1, those alone and in this order.
  private func takeLargeSizes(
    _ sizes: inout [Int], from start: Int, length: Int
  ) throws(DataFileError) {
    var offset = start
    while offset + 4 <= start + length {
      let (kind, fieldLength) = (try number(offset, 2), try number(offset + 2, 2))
      if kind == 1 {
        var position = offset + 4
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
          guard position + 8 <= offset + 4 + fieldLength else { break }
          sizes[index] = try number(position, 8)
          position += 8
        }
      }
      offset += 4 + fieldLength
    }
  }

  // MARK: Contents

  /// What a member holds, unpacked.
  func contents(of member: Member) throws(DataFileError) -> [UInt8] {
    try expect(Signature.localHeader, at: member.header, "\(Self.quoted(member.name))")
    let start =
      member.header + 30 + (try number(member.header + 26, 2)) + (try number(member.header + 28, 2))
    let packed = try slice(start, member.packedSize, "\(Self.quoted(member.name))")
    guard member.isDeflated || member.size == member.packedSize,
      member.size / Deflate.greatestRatio <= member.packedSize
    else {
      throw error(
        at: start, expected: "a size that \(member.packedSize) bytes can have",
        found: "\(member.size) bytes of \(Self.quoted(member.name))")
    }
    guard member.size < MemoryLimit.bytes - bytes.count else {
      throw .unreadable(
        file: file,
        reason: "the \(member.size) bytes of \(Self.quoted(member.name)) do not fit in memory")
    }
    let contents = packed.withUnsafeBufferPointer {
      member.isDeflated ? Deflate.inflate($0, size: member.size) : Array($0)
    }
    guard let contents else {
      throw error(
        at: start, expected: "\(member.size) deflated bytes of \(Self.quoted(member.name))",
        found: "other data")
    }
    let checksum = contents.withUnsafeBufferPointer(Deflate.checksum)
    guard checksum == member.checksum else {
      throw error(
        at: start, expected: "\(Self.quoted(member.name)) with checksum \(member.checksum)",
        found: "\(checksum)")
    }
    return contents
  }

  // MARK: Bytes

  private func slice(
    _ offset: Int, _ count: Int, _ purpose: String
  ) throws(DataFileError) -> ArraySlice<UInt8> {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      throw error(
        at: min(max(0, offset), bytes.count), expected: "\(count) bytes of \(purpose)",
        found: "\(bytes.count) bytes in all")
    }
    return bytes[offset..<offset + count]
  }

  /// A little-endian number; one that is no `Int` is out of every range.
  private func number(_ offset: Int, _ byteCount: Int) throws(DataFileError) -> Int {
    let word = try slice(offset, byteCount, "a zip archive's records").reversed()
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: word)
  }

  private func expect(
    _ signature: Int, at offset: Int, _ what: String
  ) throws(DataFileError) {
    let found = try number(offset, 4)
    guard found == signature else {
      throw error(
        at: offset, expected: "\(what), signature \(String(signature, radix: 16))",
        found: String(found, radix: 16))
    }
  }

  private func error(at offset: Int, expected: String, found: String) -> DataFileError {
    .corrupt(file: file, offset: offset, expected: expected, found: found)
  }

  private static func quoted(_ name: String) -> String { "“\(PrintableText.excerpt(name))”" }
}
