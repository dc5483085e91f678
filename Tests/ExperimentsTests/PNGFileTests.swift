import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

struct PNGFileTests {
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

  private static func decoded(_ bytes: [UInt8]) throws(PictureFileError) -> Raster {
    try PictureFile(bytes).decoded(channels: 1)
  }

  @Test func everyFilterOfTheFormatIsUndone() throws {
    let picture = try Self.decoded(Self.filtered)
    #expect(picture == Raster(width: 3, height: 5, channels: 1, pixels: Self.pixels))
  }

  @Test(arguments: [(1, 1), (3, 5), (200, 7)])
  func readsWhatItWrites(width: Int, height: Int) throws {
    let pixels = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * $0 * 37) }
    let picture = Raster(width: width, height: height, channels: 1, pixels: pixels)
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/a.png"
    try picture.writePNG(to: file)
    #expect(try Raster(grayPictureAt: file) == picture)
  }

  @Test func damageIsRefused() throws {
    func isRefused(_ damage: (inout [UInt8]) -> Void) -> Bool {
      var bytes = Self.filtered
      damage(&bytes)
      return (try? Self.decoded(bytes)) == nil
    }
    #expect(!isRefused { _ in })
    #expect(isRefused { $0[1] = 0x51 })  // another signature
    #expect(isRefused { $0.removeLast($0.count - 20) })
    #expect(isRefused { $0[19] = 0 })  // no columns
    #expect(isRefused { $0[16] = 0x7F })  // too many
    #expect(isRefused { $0.removeLast($0.count - 50) })  // its data ends early
    #expect(isRefused { $0[23] = 6 })  // fewer rows than it says
    #expect(isRefused { $0[45] ^= 0x55 })  // no longer what zlib packed
    #expect(throws: PictureFileError.self) { try Self.decoded(Self.unknownFilter) }
  }

  @Test func aFileThatIsNoneIsNamed() {
    let error = #expect(throws: DataFileError.self) { try Raster(grayPictureAt: "/nowhere/a.png") }
    #expect(
      error == .unreadable(file: "/nowhere/a.png", reason: "No such file or directory"))
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
