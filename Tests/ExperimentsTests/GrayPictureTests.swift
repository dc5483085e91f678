import ProblemFiles
import Testing

@testable import CombinatorialExperiments

struct GrayPictureTests {
  /// Three columns and five rows, a filter of PNG in each row: written by zlib as Python has it, not by this
  /// package.
  ///
  ///     rows = [[10, 20, 30], [11, 22, 33], [50, 60, 80], [7, 200, 9], [255, 0, 128]]
  private static let filtered: [UInt8] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82,
    0, 0, 0, 3, 0, 0, 0, 5, 8, 0, 0, 0, 0, 165, 26, 9,
    126, 0, 0, 0, 7, 73, 68, 65, 84, 120, 156, 99, 224, 18, 145, 99,
    87, 219, 35, 82, 0, 0, 0, 21, 73, 68, 65, 84, 228, 230, 230, 102,
    82, 87, 211, 103, 126, 183, 188, 150, 229, 7, 99, 3, 0, 27, 109, 4,
    111, 65, 58, 17, 128, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96,
    130,
  ]

  private static let pixels: [UInt8] = [
    10, 20, 30, 11, 22, 33, 50, 60, 80, 7, 200, 9, 255, 0, 128,
  ]

  @Test func everyFilterOfTheFormatIsUndone() throws {
    let picture = try GrayPicture(png: Self.filtered, file: "a.png")
    #expect(picture == GrayPicture(width: 3, height: 5, pixels: Self.pixels))
  }

  @Test(arguments: [(1, 1), (3, 5), (200, 7)])
  func readsWhatItWrites(width: Int, height: Int) throws {
    let pixels = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * $0 * 37) }
    let picture = GrayPicture(width: width, height: height, pixels: pixels)
    #expect(try GrayPicture(png: picture.png(), file: "b.png") == picture)
  }

  /// Each damage with the offset that the error names.
  @Test func damageIsNamed() throws {
    func offset(_ damage: (inout [UInt8]) -> Void) -> Int? {
      var bytes = Self.filtered
      damage(&bytes)
      do {
        _ = try GrayPicture(png: bytes, file: "c.png")
        return nil
      } catch {
        guard case .corrupt("c.png", let offset, _, _) = error else { return nil }
        return offset
      }
    }
    #expect(offset { $0[1] = 0x51 } == 0)
    #expect(offset { $0.removeLast($0.count - 20) } == 0)
    #expect(offset { $0[25] = 2 } == 16)  // red, green and blue
    #expect(offset { $0[19] = 0 } == 16)  // no columns
    #expect(offset { $0[16] = 0x7F } == 16)  // too many
    #expect(offset { $0.removeLast($0.count - 50) } != nil)  // its data ends early
    #expect(offset { $0[23] = 6 } != nil)  // fewer rows than it says
    #expect(offset { $0[45] ^= 0x55 } != nil)  // no longer what zlib packed
  }

  @Test func unknownFiltersAreRefused() throws {
    #expect(throws: DataFileError.self) {
      try GrayPicture(png: Self.unknownFilter, file: "d.png")
    }
  }

  /// 268 MB for a file of 70 bytes.
  @Test func sidesThatTheContentsCannotFillAreRefused() throws {
    var file = Self.unknownFilter
    for offset in [16, 20] { file.replaceSubrange(offset..<offset + 4, with: [0, 0, 0x40, 0]) }
    let error = #expect(throws: DataFileError.self) { try GrayPicture(png: file, file: "d.png") }
    #expect(error?.description.contains("a size that 10 packed bytes can fill") == true)
  }

  /// One pixel behind the filter 9.
  private static let unknownFilter: [UInt8] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82,
    0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58, 126, 155,
    85, 0, 0, 0, 7, 73, 68, 65, 84, 120, 156, 227, 100, 5, 0, 0,
    33, 142, 140, 224, 0, 0, 0, 3, 73, 68, 65, 84, 25, 0, 15, 122,
    130, 203, 204, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
  ]
}
