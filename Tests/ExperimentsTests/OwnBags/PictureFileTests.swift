import Foundation
import TestSupport
import Testing

@testable import CombinatorialExperiments

/// Pictures that tests write to files.
enum TestPictures {
  /// Every pixel differs from its neighbors in each channel.
  static func raster(width: Int, height: Int, channels: Int, seed: Int = 1) -> Raster {
    let count = width * height * channels
    return Raster(
      width: width, height: height, channels: channels,
      pixels: (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 2_654_435_761 >> 7) })
  }

  /// One color all over, which JPEG keeps nearly.
  static func plain(_ color: [UInt8], width: Int, height: Int) -> Raster {
    Raster(
      width: width, height: height, channels: color.count,
      pixels: (0..<width * height).flatMap { _ in color })
  }

  /// A JPEG file with an orientation in a TIFF directory of either byte order.
  static func jpeg(_ raster: Raster, orientation: UInt8, isLittleEndian: Bool) throws -> [UInt8] {
    let tiff: [UInt8] =
      isLittleEndian
      ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
      : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
    let content = Array("Exif\0\0".utf8) + tiff + [0, 0, 0, 0]
    let file = try JPEGFile.encode(raster, quality: 100)
    return Array(file[..<2]) + [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content + file[2...]
  }
}

@Suite struct PictureFileTests {
  @Test(arguments: [1, 3]) func pngKeepsEveryPixel(channels: Int) throws {
    let raster = TestPictures.raster(width: 13, height: 7, channels: channels)
    let file = try PictureFile(PNGFile.encode(raster))
    #expect((file.width, file.height) == (13, 7))
    #expect(try file.decoded(channels: channels) == raster)
  }

  /// All 256 levels of gray, without a change by a gamma.
  @Test func pngKeepsEveryLevel() throws {
    let raster = Raster(width: 16, height: 16, channels: 1, pixels: (0...255).map { UInt8($0) })
    #expect(try PictureFile(PNGFile.encode(raster)).decoded(channels: 1) == raster)
    let color = try PictureFile(PNGFile.encode(raster)).decoded(channels: 3)
    #expect(color.pixels == raster.pixels.flatMap { [$0, $0, $0] })
  }

  @Test(arguments: [1, 3]) func jpegKeepsPixelsNearly(channels: Int) throws {
    let color: [UInt8] = channels == 1 ? [90] : [200, 90, 30]
    let raster = TestPictures.plain(color, width: 20, height: 12)
    let file = try PictureFile(JPEGFile.encode(raster, quality: 100))
    #expect((file.width, file.height) == (20, 12))
    let decoded = try file.decoded(channels: channels)
    #expect(decoded.channels == channels)
    for (found, expected) in zip(decoded.pixels, raster.pixels) {
      #expect(abs(Int(found) - Int(expected)) <= 3)
    }
  }

  /// Luma is that of BT.601, from PNG as from JPEG.
  @Test func colourBecomesGrey() throws {
    let raster = TestPictures.plain([200, 90, 30], width: 16, height: 16)
    let luma = (299 * 200 + 587 * 90 + 114 * 30 + 500) / 1000
    let png = try PictureFile(PNGFile.encode(raster)).decoded(channels: 1)
    #expect(png.pixels.allSatisfy { Int($0) == luma })
    let jpeg = try PictureFile(JPEGFile.encode(raster, quality: 100)).decoded(channels: 1)
    #expect(jpeg.pixels.allSatisfy { abs(Int($0) - luma) <= 3 })
  }

  private static func file(_ base64: String) throws -> PictureFile {
    try PictureFile(
      [UInt8](#require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters))))
  }

  @Test func readsOtherKindsOfPNG() throws {
    let palette = try Self.file(
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAMAAADD/I+4AAAABlBMVEUKFB7IZDJ3oLOcAAAAC0lEQVR42mNgZAAAAAUA"
        + "AkLCRJ8AAAAASUVORK5CYII=")
    #expect(try palette.decoded(channels: 3).pixels == [200, 100, 50, 10, 20, 30])
    let deep = try Self.file(
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR42mNoYPj/HwAFAgJ/yQDWdQAAAABJRU5ErkJg"
        + "gg==")
    #expect(try deep.decoded(channels: 1).pixels == [128, 255])
    // Red, and red that cannot be seen: white.
    let transparent = try Self.file(
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAD0lEQVR42mP4z8DwH4gZABD4Av4Vkvq/AAAAAElFTkSu"
        + "QmCC")
    #expect(try transparent.decoded(channels: 3).pixels == [255, 0, 0, 255, 255, 255])
    let bits = try Self.file(
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQAAAAAzmykZAAAACklEQVR42mNYAAAAogChcQXLQQAAAABJRU5ErkJggg=="
    )
    #expect(try bits.decoded(channels: 1).pixels == [255, 0, 255])
  }

  /// No cyan, all magenta and yellow, half black, as Adobe's programs store it.
  @Test func takesInkFromWhite() throws {
    let file = try Self.file(Self.inkJPEG)
    let pixels = try file.decoded(channels: 3).pixels
    #expect(pixels.count == 8 * 8 * 3)
    for first in stride(from: 0, to: pixels.count, by: 3) {
      #expect(
        abs(Int(pixels[first]) - 128) <= 3 && pixels[first + 1] <= 3 && pixels[first + 2] <= 3)
    }
  }

  /// A picture 16 wide and 8 high, of four colors, is turned as the standard's table says.
  @Test(arguments: 1...8, [true, false])
  func followsTheOrientation(orientation: Int, isLittleEndian: Bool) throws {
    // Quarters of the stored picture, by row and column.
    let levels: [[UInt8]] = [[0, 80], [160, 240]]
    let stored = Raster(
      width: 32, height: 16, channels: 1,
      pixels: (0..<512).map { levels[$0 / 32 / 8][$0 % 32 / 16] })
    let file = try PictureFile(
      TestPictures.jpeg(
        stored, orientation: UInt8(orientation), isLittleEndian: isLittleEndian))
    let turns = orientation >= 5
    #expect((file.width, file.height) == (turns ? 16 : 32, turns ? 32 : 16))
    let raster = try file.decoded(channels: 1)
    func level(_ row: Int, _ column: Int) -> Int {
      Int(
        raster.pixels[
          (row * raster.height / 2 + 2) * raster.width + column * raster.width / 2 + 2])
    }
    // Top left, top right, bottom left, bottom right of what is to be seen (EXIF 2.3, tag 274).
    let expected = [
      [0, 80, 160, 240], [80, 0, 240, 160], [240, 160, 80, 0], [160, 240, 0, 80],
      [0, 160, 80, 240], [160, 0, 240, 80], [240, 80, 160, 0], [80, 240, 0, 160],
    ][orientation - 1]
    let found = [level(0, 0), level(0, 1), level(1, 0), level(1, 1)]
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 4 }, "\(found)")
  }

  @Test func refusesWhatIsNoPicture() throws {
    let folder = try TemporaryFolder()
    for (bytes, expected) in [([], "an empty file"), (Array("GIF89a".utf8), "GIF89a")] {
      #expect {
        try PictureFile(bytes)
      } throws: { error in
        guard case PictureFileError.unknownFormat(let found) = error else { return false }
        return found.contains(expected)
      }
    }
    for path in [folder.path + "/none.png", folder.path] {
      #expect {
        try PictureFile(contentsOf: path)
      } throws: { error in
        guard case PictureFileError.unreadable = error else { return false }
        return true
      }
    }
  }

  /// A header of a few bytes that claims gigabytes is refused before any memory is taken.
  @Test func refusesHugePictures() throws {
    #expect(
      throws: PictureFileError.tooLarge(
        width: 100_000, height: 100_000, mostPixels: PictureFile.mostPixels)
    ) {
      try Self.file(
        "iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAAAAACNOVQUAAAACUlEQVR42mMAAAABAAGxDbaTAAAAAElFTkSuQmCC")
    }
    var jpeg = try JPEGFile.encode(TestPictures.plain([9], width: 8, height: 8))
    let frame = try #require(
      jpeg.indices.dropLast(9).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(
      throws: PictureFileError.tooLarge(
        width: 65500, height: 65500, mostPixels: PictureFile.mostPixels)
    ) { try PictureFile(jpeg) }
  }

  /// Wherever a file is cut off, it is refused: no half of a picture is taken for all of it.
  @Test(arguments: ["png", "jpeg"]) func refusesWhatIsCutOff(format: String) throws {
    let raster = TestPictures.raster(width: 24, height: 24, channels: 3)
    let bytes = try format == "png" ? PNGFile.encode(raster) : JPEGFile.encode(raster)
    // The last bytes of a PNG file are a chunk without content.
    for length in stride(from: 3, to: bytes.count - (format == "png" ? 12 : 2), by: 7) {
      #expect(throws: PictureFileError.self) {
        try PictureFile(Array(bytes[..<length])).decoded(channels: 3)
      }
    }
  }

  /// Of TurboJPEG's tjCompress2 from 64 pixels 255, 0, 0, 128 in TJPF_CMYK.
  private static let inkJPEG = """
    /9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcG \
    BggLCAkKCgoKCgYICwwLCgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK \
    CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EAB8AAAEFAQEBAQEBAAAAAAAA \
    AAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHw \
    JDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqS \
    k5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/E \
    AB8BAAMBAQEBAQEBAQEAAAAAAAABAgMEBQYHCAkKC//EALURAAIBAgQEAwQHBQQEAAECdwABAgMRBAUhMQYSQVEH \
    YXETIjKBCBRCkaGxwQkjM1LwFWJy0QoWJDThJfEXGBkaJicoKSo1Njc4OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdo \
    aWpzdHV2d3h5eoKDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uLj \
    5OXm5+jp6vLz9PX29/j5+v/aAA4EAQACEQMRBAAAPwD7Mr+rD/n/AAr/2Q==
    """
}
