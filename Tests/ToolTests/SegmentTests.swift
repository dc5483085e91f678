import Foundation
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct SegmentTests {
  private struct Scores: Decodable {
    let accuracy, intersectionOverUnion: Double
  }

  /// Bright squares, darkened from left to right, on a noisy ground, above as below.
  private static func write(to folder: TemporaryFolder) throws -> [String] {
    let (width, height) = (24, 32)
    var (light, truth) = ([UInt8](), [UInt8]())
    for pixel in 0..<width * height {
      let (row, column) = (pixel / width, pixel % width)
      let isObject = (4..<12).contains(row % 16) && (4..<12).contains(column % 12)
      let noise = pixel &* 2_654_435_761 % 40
      light.append(UInt8((isObject ? 150 : 60) + noise - column))
      truth.append(isObject ? 255 : 0)
    }
    return try [("--photograph", light), ("--truth", truth)].flatMap { option, pixels in
      let picture = Raster(width: width, height: height, channels: 1, pixels: pixels)
      return [option, try folder.write(Data(PNGFile.encode(picture)), as: "\(option).png")]
    }
  }

  @Test func demoLearnsAndDraws() throws {
    let folder = try TemporaryFolder()
    let drawn = folder.path + "/cut.png"
    let outcome = try Tool.run(
      ["segment", "demo", "--steps", "20", "--figure", drawn] + Self.write(to: folder))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("training the cut"))
    let scores = try JSONDecoder().decode(
      [String: Scores].self, from: Data(outcome.output.utf8))
    let cut = try #require(scores["cut"])
    #expect(cut.accuracy > 0.9 && cut.intersectionOverUnion > 0.8, "\(cut)")
    #expect(scores["classifier"] != nil)
    // Photograph, classifier and cut, side by side.
    let picture = try Raster(grayPictureAt: drawn)
    #expect(picture.width == 72 && picture.height == 32)
  }

  @Test func aPhotographNeedsItsTruth() throws {
    let folder = try TemporaryFolder()
    let files = try Self.write(to: folder)
    let alone = try Tool.run(["segment", "demo"] + files[..<2])
    #expect(alone.status == 64 && alone.errors.contains("expected both or none"))
    let small = Raster(width: 3, height: 3, channels: 1, pixels: .init(repeating: 0, count: 9))
    let other = try folder.write(Data(PNGFile.encode(small)), as: "small.png")
    let refused = try Tool.run(["segment", "demo"] + files[..<3] + [other])
    #expect(refused.status == 65 && refused.errors.contains("small.png"))
    #expect(refused.errors.contains("in 2 rows or more, found 3 x 3"))
    #expect(try Tool.run("segment", "demo", "--steps", "0").status == 64)
  }
}
