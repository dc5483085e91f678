import Testing

@testable import CombinatorialExperiments

@Suite struct ResamplingTests {
  private static func resampled(_ raster: Raster, _ box: PictureBox, _ format: PictureFormat)
    -> [UInt8]
  {
    let count = format.channels * format.height * format.width
    return [UInt8](unsafeUninitializedCapacity: count) { planes, initialized in
      raster.resampled(box, to: format, into: planes)
      initialized = count
    }
  }

  private static func part(
    _ raster: Raster, _ box: PictureBox?, _ format: PictureFormat
  ) throws -> [UInt8] {
    try PictureFile(PNGFile.encode(raster)).parts([box], format: format)[0].get()
  }

  @Test func copiesWhatHasTheSize() throws {
    let raster = TestPictures.raster(width: 6, height: 5, channels: 3)
    let format = PictureFormat(channels: 3, height: 5, width: 6)
    let planes = try Self.part(raster, nil, format)
    for channel in 0..<3 {
      for pixel in 0..<30 {
        #expect(planes[channel * 30 + pixel] == raster.pixels[3 * pixel + channel])
      }
    }
  }

  @Test func cutsOutABox() throws {
    let raster = TestPictures.raster(width: 9, height: 8, channels: 1)
    let box = PictureBox(x: 2, y: 3, width: 4, height: 4)
    let planes = try Self.part(raster, box, PictureFormat(channels: 1, height: 4, width: 4))
    let expected = (3..<7).flatMap { row in (2..<6).map { raster.pixels[row * 9 + $0] } }
    #expect(planes == expected)
  }

  /// Of what is longer than the format, the middle counts.
  @Test func cropsToTheProportions() throws {
    let raster = TestPictures.raster(width: 10, height: 4, channels: 1)
    let planes = try Self.part(raster, nil, PictureFormat(channels: 1, height: 4, width: 4))
    let rows = (0..<4).map { raster.pixels[10 * $0 + 3..<10 * $0 + 7] }
    #expect(planes == Array(rows.joined()))
  }

  /// A triangle over twice the reduced pixel, its weights 1, 3, 3, 1 eighths, and 3, 3, 1 sevenths at the edge.
  @Test func averagesWhatIsReduced() {
    let raster = Raster(width: 4, height: 1, channels: 1, pixels: [0, 70, 140, 210])
    let box = PictureBox(x: 0, y: 0, width: 4, height: 1)
    let found = Self.resampled(raster, box, PictureFormat(channels: 1, height: 1, width: 2))
    // (3 * 0 + 3 * 70 + 140) / 7 and (70 + 3 * 140 + 3 * 210) / 7.
    #expect(found == [50, 160])
  }

  @Test func interpolatesWhatIsEnlarged() {
    let raster = Raster(width: 2, height: 1, channels: 1, pixels: [0, 100])
    let box = PictureBox(x: 0, y: 0, width: 2, height: 1)
    let found = Self.resampled(raster, box, PictureFormat(channels: 1, height: 1, width: 4))
    #expect(found == [0, 25, 75, 100])
  }

  /// One color stays that color, at any size and box.
  @Test(arguments: [1, 3, 17, 64]) func keepsOneColour(side: Int) {
    let raster = TestPictures.plain([7, 130, 255], width: 23, height: 19)
    let format = PictureFormat(channels: 3, height: side, width: side)
    for box in [
      PictureBox(x: 0, y: 0, width: 23, height: 19),
      PictureBox(x: 3.4, y: 2.7, width: 0.2, height: 9),
      PictureBox(x: 22.9, y: 18.9, width: 0.1, height: 0.1),
    ] {
      let planes = Self.resampled(raster, box, format)
      let area = side * side
      #expect(planes[..<area].allSatisfy { $0 == 7 })
      #expect(planes[area..<2 * area].allSatisfy { $0 == 130 })
      #expect(planes[(2 * area)...].allSatisfy { $0 == 255 })
    }
  }

  /// What JPEG reduces while it decodes is nearly what is decoded in full and reduced then.
  @Test func reducesJPEGAsItDecodes() throws {
    var pixels: [UInt8] = []
    for row in 0..<128 {
      for column in 0..<256 { pixels.append(UInt8((row + column) / 2)) }
    }
    let smooth = Raster(width: 256, height: 128, channels: 1, pixels: pixels)
    let format = PictureFormat(channels: 1, height: 16, width: 32)
    let jpeg = try PictureFile(JPEGFile.encode(smooth, quality: 100))
    let fast = try jpeg.parts([nil], format: format)[0].get()
    let slow = Self.resampled(
      try jpeg.decoded(channels: 1), PictureBox(x: 0, y: 0, width: 256, height: 128), format)
    #expect(zip(fast, slow).allSatisfy { abs(Int($0) - Int($1)) <= 3 })
  }

  @Test(arguments: [
    PictureBox(x: -1, y: 0, width: 4, height: 4), PictureBox(x: 0, y: 0, width: 0, height: 4),
    PictureBox(x: 5, y: 0, width: 6, height: 4), PictureBox(x: 0, y: 5, width: 4, height: 4),
    PictureBox(x: 0, y: 0, width: 4, height: -1), PictureBox(x: 1e300, y: 0, width: 1, height: 1),
  ])
  func refusesBoxesOutside(box: PictureBox) throws {
    let raster = TestPictures.raster(width: 10, height: 8, channels: 1)
    #expect(throws: PictureFileError.box(box, width: 10, height: 8)) {
      try Self.part(raster, box, PictureFormat(channels: 1, height: 4, width: 4))
    }
  }
}
