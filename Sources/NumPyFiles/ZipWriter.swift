/// The bytes of a zip archive, which depend on nothing but its members: no dates.
struct ZipWriter {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0
  private let largest: Int

  /// An archive without members.
  ///
  /// - Parameter largest: The first size that is written with 64 bits, and likewise the number of members.
  init(largest: Int = 0xFFFF_FFFF) { self.largest = largest }

  /// Adds a member, deflated or as it is.
  mutating func add(_ name: String, _ contents: [UInt8], deflates: Bool) {
    let packed = deflates ? contents.withUnsafeBufferPointer(Deflate.deflate) : nil
    let header = bytes.count
    let checksum = contents.withUnsafeBufferPointer(Deflate.checksum)
    let sizes = [contents.count, packed?.count ?? contents.count]
    // Of both sizes or none in a local header; of the offset too in the directory.
    let isLarge = sizes.contains { $0 >= largest }
    let (common, name) = (
      Self.common(
        isLarge: isLarge || header >= largest, isDeflated: packed != nil, checksum: checksum,
        sizes: isLarge ? [0xFFFF_FFFF, 0xFFFF_FFFF] : sizes, nameLength: name.utf8.count),
      Array(name.utf8)
    )
    let extra = isLarge ? Self.extra(sizes) : []
    bytes += Self.word(0x0403_4B50, 4) + common + Self.word(extra.count, 2) + name + extra
    bytes += packed ?? contents

    let isFar = header >= largest
    let entryExtra =
      isLarge || isFar ? Self.extra((isLarge ? sizes : []) + (isFar ? [header] : [])) : []
    directory += Self.word(0x0201_4B50, 4) + Self.word(45, 2) + common
    // No comment, the first disk, no attributes.
    directory += Self.word(entryExtra.count, 2) + [UInt8](repeating: 0, count: 10)
    directory += Self.word(isFar ? 0xFFFF_FFFF : header, 4) + name + entryExtra
    count += 1
  }

  /// The whole archive.
  func finished() -> [UInt8] {
    let (start, size) = (bytes.count, directory.count)
    var end: [UInt8] = []
    if start >= largest || size >= largest || count >= min(0xFFFF, largest) {
      end += Self.word(0x0606_4B50, 4) + Self.word(44, 8) + Self.word(45, 2) + Self.word(45, 2)
      end += Self.word(0, 8) + Self.word(count, 8) + Self.word(count, 8)
      end += Self.word(size, 8) + Self.word(start, 8)
      end += Self.word(0x0706_4B50, 4) + Self.word(0, 4) + Self.word(start + size, 8)
      end += Self.word(1, 4)
    }
    end += Self.word(0x0605_4B50, 4) + Self.word(0, 4)
    end += Self.word(min(count, 0xFFFF), 2) + Self.word(min(count, 0xFFFF), 2)
    end += Self.word(min(size, 0xFFFF_FFFF), 4) + Self.word(min(start, 0xFFFF_FFFF), 4)
    return bytes + directory + end + Self.word(0, 2)
  }

  /// What a member's header and its entry have in common, from the version that is needed to the name's length.
  private static func common(
    isLarge: Bool, isDeflated: Bool, checksum: UInt32, sizes: [Int], nameLength: Int
  ) -> [UInt8] {
    let namesAreUTF8 = 1 << 11
    // 1 January 1980, the first day that there is.
    return word(isLarge ? 45 : 20, 2) + word(namesAreUTF8, 2) + word(isDeflated ? 8 : 0, 2)
      + word(0, 2) + word(0x21, 2) + word(Int(checksum), 4) + word(sizes[1], 4) + word(sizes[0], 4)
      + word(nameLength, 2)
  }

  private static func extra(_ sizes: [Int]) -> [UInt8] {
    word(1, 2) + word(8 * sizes.count, 2) + sizes.flatMap { word($0, 8) }
  }

  private static func word(_ number: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
