internal import CCombinatorialZlib
import ProblemFiles

/// A picture of one channel, and its PNG file: 8 bits, no interlacing (RFC 2083).
struct GrayPicture: Equatable {
  var width, height: Int
  /// `[height, width]`.
  var pixels: [UInt8]

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let largestSide = 1 << 14

  init(width: Int, height: Int, pixels: [UInt8]) {
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: ``DataFileError``, which names the file and the offset.
  init(png bytes: [UInt8], file: String) throws(DataFileError) {
    guard bytes.count >= 33, Array(bytes[..<8]) == Self.signature else {
      throw .corrupt(file: file, offset: 0, expected: "a PNG file", found: "something else")
    }
    (width, height) = (Self.word(bytes, 16), Self.word(bytes, 20))
    let sides = 1...Self.largestSide
    guard sides.contains(width), sides.contains(height), Array(bytes[24..<29]) == [8, 0, 0, 0, 0]
    else {
      throw .corrupt(
        file: file, offset: 16, expected: "8 bits of gray, not interlaced",
        found: "\(bytes[16..<29])")
    }
    pixels = []
    let rows = try Self.unpacked(bytes, size: (width + 1) * height, file: file)
    var above = [UInt8](repeating: 0, count: width)
    for row in 0..<height {
      let start = row * (width + 1)
      guard let line = Self.unfiltered(rows[start..<start + width + 1], above: above) else {
        throw .corrupt(
          file: file, offset: 33, expected: "filter 0 ... 4 in row \(row)", found: "\(rows[start])")
      }
      pixels += line
      above = line
    }
  }

  /// The file.
  func png() -> [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height { rows += [0] + pixels[row * width..<(row + 1) * width] }
    var size = compressBound(uLong(rows.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    compress(&packed, &size, rows, uLong(rows.count))
    let header = Self.bytes(width) + Self.bytes(height) + [8, 0, 0, 0, 0]
    return Self.signature + Self.chunk("IHDR", header)
      + Self.chunk("IDAT", Array(packed[..<Int(size)])) + Self.chunk("IEND", [])
  }

  /// The contents of all IDAT chunks.
  private static func unpacked(
    _ bytes: [UInt8], size: Int, file: String
  ) throws(DataFileError) -> [UInt8] {
    var packed: [UInt8] = []
    var offset = 8
    while offset + 12 <= bytes.count {
      let length = word(bytes, offset)
      guard length <= bytes.count - offset - 12 else { break }
      if bytes[offset + 4..<offset + 8].elementsEqual("IDAT".utf8) {
        packed += bytes[offset + 8..<offset + 8 + length]
      }
      offset += length + 12
    }
    // Deflate makes at most 1032 bytes of one (zlib's technical details): no memory for a mere claim.
    guard size / 1032 <= packed.count else {
      throw .corrupt(
        file: file, offset: 16, expected: "a size that \(packed.count) packed bytes can fill",
        found: "\(size) bytes of rows")
    }
    var rows = [UInt8](repeating: 0, count: size)
    var count = uLong(size)
    guard uncompress(&rows, &count, packed, uLong(packed.count)) == Z_OK, count == size else {
      throw .corrupt(
        file: file, offset: offset, expected: "\(size) bytes of rows", found: "\(count)")
    }
    return rows
  }

  /// A row without its filter, the first byte; nil for an unknown one.
  private static func unfiltered(_ row: ArraySlice<UInt8>, above: [UInt8]) -> [UInt8]? {
    var line: [UInt8] = []
    for (column, byte) in row.dropFirst().enumerated() {
      let left = column > 0 ? Int(line[column - 1]) : 0
      let up = Int(above[column])
      let corner = column > 0 ? Int(above[column - 1]) : 0
      let guess: Int
      switch row[row.startIndex] {
      case 0: guess = 0
      case 1: guess = left
      case 2: guess = up
      case 3: guess = (left + up) / 2
      case 4:
        let distances = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
        guess =
          distances[0] <= distances[1] && distances[0] <= distances[2]
          ? left : distances[1] <= distances[2] ? up : corner
      default: return nil
      }
      line.append(byte &+ UInt8(truncatingIfNeeded: guess))
    }
    return line
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private static func bytes(_ word: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }

  private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + contents
    return bytes(contents.count) + body + bytes(Int(crc32(0, body, uInt(body.count))))
  }
}
