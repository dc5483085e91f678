import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct GlyphLayoutTests {
  private static func solid(top: Int, width: Int, height: Int, shade: UInt8 = 255) -> GlyphBitmap {
    GlyphBitmap(
      top: top, width: width, height: height,
      pixels: [UInt8](repeating: shade, count: width * height))
  }

  /// The mean over each small pixel, from every large pixel cut into `small` x `small` pieces.
  private static func reference(_ bitmap: GlyphBitmap, row: Int, column: Int, side: Int) -> [UInt8]
  {
    let small = GlyphPictures.side
    func large(_ y: Int, _ x: Int) -> Int {
      let (y, x) = (y - row, x - column)
      guard (0..<bitmap.height).contains(y), (0..<bitmap.width).contains(x) else { return 0 }
      return Int(bitmap.pixels[y * bitmap.width + x])
    }
    return (0..<small * small).map { pixel in
      var sum = 0
      for y in (pixel / small * side)..<((pixel / small + 1) * side) {
        for x in (pixel % small * side)..<((pixel % small + 1) * side) {
          sum += large(y / small, x / small)
        }
      }
      return UInt8((Double(sum) / Double(side * side)).rounded())
    }
  }

  @Test(arguments: [(28, 0, 0), (31, 5, 3), (45, 10, 7), (84, 30, 50)])
  func reducesByAreas(side: Int, row: Int, column: Int) {
    var random = SeededRandom(seed: UInt64(side))
    let (width, height) = (9, 13)
    let bitmap = GlyphBitmap(
      top: 0, width: width, height: height,
      pixels: (0..<width * height).map { _ in UInt8.random(in: 0...255, using: &random) })
    let reduced = GlyphLayout.reduced(bitmap, firstRow: row, firstColumn: column, side: side)
    #expect(reduced == Self.reference(bitmap, row: row, column: column, side: side))
  }

  /// 62 bitmaps: H reaches 40 above the base line, g 12 below; the other capitals and digits are as
  /// high as H, the other small letters 20.
  private static func face(_ special: [Unicode.Scalar: GlyphBitmap] = [:]) -> [GlyphBitmap] {
    GlyphPictures.characters.map { character in
      if let bitmap = special[character] { return bitmap }
      if character == "g" { return solid(top: 20, width: 20, height: 32) }
      let height = ("a"..."z").contains(character) ? 20 : 40
      return solid(top: height, width: 20, height: height)
    }
  }

  private static func rows(of character: Unicode.Scalar, in pictures: [UInt8]) throws
    -> ClosedRange<Int>
  {
    let label = try #require(GlyphPictures.characters.firstIndex(of: character))
    let picture = pictures[label * GlyphPictures.pixels..<(label + 1) * GlyphPictures.pixels]
    let inked = picture.enumerated().filter { $0.element >= 128 }.map {
      $0.offset / GlyphPictures.side
    }
    return try #require(inked.min())...(try #require(inked.max()))
  }

  /// From 40 above to 12 below the base line are 52 rows, in a square of 52 * 1.15 = 59, so that a
  /// large row is 28 / 59 of a small one and the base line lies at (3 + 40) * 28 / 59 = 20.4.
  @Test func keepsTheBaseLine() throws {
    let pictures = try #require(GlyphLayout.pictures(of: Self.face()))
    #expect(pictures.count == GlyphPictures.pixelsPerFace)
    #expect(try Self.rows(of: "H", in: pictures) == 1...19)
    #expect(try Self.rows(of: "x", in: pictures) == 11...19)
    #expect(try Self.rows(of: "g", in: pictures) == 11...25)
  }

  @Test func movesACharacterInsideThatSticksOut() throws {
    let pictures = try #require(
      GlyphLayout.pictures(of: Self.face(["Q": Self.solid(top: 58, width: 20, height: 50)])))
    // Its 50 rows are the topmost of the 59.
    #expect(try Self.rows(of: "Q", in: pictures) == 0...23)
    #expect(try Self.rows(of: "H", in: pictures) == 1...19)
  }

  @Test func shrinksAWideCharacter() throws {
    let pictures = try #require(
      GlyphLayout.pictures(of: Self.face(["W": Self.solid(top: 40, width: 200, height: 40)])))
    let rows = try Self.rows(of: "W", in: pictures)
    // 40 of 210 rows, in pictures of 28.
    #expect((5...6).contains(rows.count))
  }

  @Test func hasNoPicturesOfAFaceWithABlank() {
    let blank = Self.solid(top: 10, width: 4, height: 4, shade: 0)
    #expect(GlyphLayout.pictures(of: Self.face(["o": blank])) == nil)
    let empty = GlyphBitmap(top: 0, width: 0, height: 0, pixels: [])
    #expect(GlyphLayout.pictures(of: Self.face(["5": empty])) == nil)
  }
}
