/// A drawn character: the smallest box of pixels that holds it.
struct GlyphBitmap: Sendable, Equatable {
  /// How far the topmost row lies above the base line.
  let top: Int
  let width, height: Int
  /// Row-major from the top; 0 is the ground, 255 is inside.
  let pixels: [UInt8]

  var bottom: Int { top - height }
  var isBlank: Bool { !pixels.contains { $0 != 0 } }
}

/// Puts the characters of a face into pictures of one size, so that case and place are kept: in all
/// pictures of a face the base line has the same height, unless a character would stick out.
enum GlyphLayout {
  /// The size at which characters are drawn before they are reduced.
  static let pixelsPerEm = 64

  /// One picture for each bitmap, or nil where a character is blank.
  ///
  /// - Parameter bitmaps: One for each of ``GlyphPictures/characters``.
  static func pictures(of bitmaps: [GlyphBitmap]) -> [UInt8]? {
    guard bitmaps.count == GlyphPictures.characters.count, !bitmaps.contains(where: \.isBlank)
    else { return nil }
    let reference = ["H", "g"].compactMap(GlyphPictures.characters.firstIndex).map { bitmaps[$0] }
    let top = reference.map(\.top).max() ?? 0
    let bottom = reference.map(\.bottom).min() ?? 0
    return bitmaps.flatMap { picture(of: $0, top: top, bottom: bottom) }
  }

  /// Centers the span from `top` to `bottom` in a square; a character that then sticks out is moved
  /// inside.
  private static func picture(of bitmap: GlyphBitmap, top: Int, bottom: Int) -> [UInt8] {
    let reach = top - bottom
    let side = max(reach * 115, bitmap.width * 105, bitmap.height * 102) / 100
    let aligned = (side - reach) / 2 + top - bitmap.top
    let firstRow = min(max(0, aligned), side - bitmap.height)
    let firstColumn = (side - bitmap.width) / 2
    return reduced(bitmap, firstRow: firstRow, firstColumn: firstColumn, side: side)
  }

  /// The mean over the area of each pixel of the small picture, in whole numbers and so the same on
  /// every machine.
  ///
  /// In units of 1 / (side * small side) of a row, a pixel of the large picture is `small` long and
  /// one of the small picture `side`.
  static func reduced(
    _ bitmap: GlyphBitmap, firstRow: Int, firstColumn: Int, side: Int
  ) -> [UInt8] {
    let small = GlyphPictures.side
    var sums = [Int](repeating: 0, count: small * small)
    for row in 0..<bitmap.height {
      var rowSums = [Int](repeating: 0, count: small)
      for column in 0..<bitmap.width {
        let value = Int(bitmap.pixels[row * bitmap.width + column])
        guard value != 0 else { continue }
        forEachOverlap(of: firstColumn + column, length: small, with: side) {
          rowSums[$0] += $1 * value
        }
      }
      forEachOverlap(of: firstRow + row, length: small, with: side) { smallRow, overlap in
        for column in 0..<small {
          sums[smallRow * small + column] += overlap * rowSums[column]
        }
      }
    }
    let area = side * side
    return sums.map { UInt8(($0 + area / 2) / area) }
  }

  /// Calls `body` with each interval of length `other` that the interval number `index` of length
  /// `length` meets, and with the length that they share.
  private static func forEachOverlap(
    of index: Int, length: Int, with other: Int, _ body: (Int, Int) -> Void
  ) {
    var start = index * length
    let end = start + length
    while start < end {
      let interval = start / other
      let next = min(end, (interval + 1) * other)
      body(interval, next - start)
      start = next
    }
  }
}
