/// A picture of scenes, one column each, with what networks list in them: a row of frames with the class at
/// the upper left corner for each network.
struct SceneFigure {
  /// The most scenes.
  static let pictures = 8
  private static let scale = 6
  private static let gap = 6
  private static var area: Int { DigitScenes.side * scale }

  private(set) var picture: Raster

  /// - Parameter lists: `[networks, scenes]`, of the first scenes.
  init(_ scenes: DigitScenes, lists: [[[DigitScenes.Object]]]) {
    let columns = lists.first?.count ?? 0
    let (width, height) = (
      Self.gap + columns * (Self.area + Self.gap), Self.gap + lists.count * (Self.area + Self.gap)
    )
    picture = Raster(
      width: width, height: height, channels: 1,
      pixels: .init(repeating: 255, count: width * height))
    for (row, networks) in lists.enumerated() {
      for (column, objects) in networks.enumerated() {
        let top = Self.gap + row * (Self.area + Self.gap)
        let left = Self.gap + column * (Self.area + Self.gap)
        draw(scenes, column, top: top, left: left)
        for object in objects { draw(object, top: top, left: left) }
      }
    }
  }

  private mutating func draw(_ scenes: DigitScenes, _ scene: Int, top: Int, left: Int) {
    let side = DigitScenes.side
    for y in 0..<Self.area {
      for x in 0..<Self.area {
        let pixel = scenes.pixels[(scene * side + y / Self.scale) * side + x / Self.scale]
        picture.pixels[(top + y) * picture.width + left + x] = UInt8(pixel * 150)
      }
    }
  }

  /// A white frame, and the class in white on black.
  private mutating func draw(_ object: DigitScenes.Object, top: Int, left: Int) {
    let box = object.box * Float(Self.area)
    func pixel(_ place: Float) -> Int { max(0, min(Self.area - 1, Int(place))) }
    let (x0, x1) = (pixel(box[0] - box[2] / 2), pixel(box[0] + box[2] / 2))
    let (y0, y1) = (pixel(box[1] - box[3] / 2), pixel(box[1] + box[3] / 2))
    for x in x0...x1 {
      for y in [y0, y1] { picture.pixels[(top + y) * picture.width + left + x] = 255 }
    }
    for y in y0...y1 {
      for x in [x0, x1] { picture.pixels[(top + y) * picture.width + left + x] = 255 }
    }
    let digit = Self.digits[Int(object.label)]
    for y in 0..<14 where y0 + y < Self.area {
      for x in 0..<10 where x0 + x < Self.area {
        let (row, column) = ((y - 2) / 2, (x - 2) / 2)
        let isInk =
          y >= 2 && x >= 2 && row < 5 && column < 3 && digit >> (14 - 3 * row - column) & 1 == 1
        picture.pixels[(top + y0 + y) * picture.width + left + x0 + x] = isInk ? 255 : 0
      }
    }
  }

  /// 3 x 5 dots of each digit, row by row from the highest bit on.
  private static let digits = [
    0b111_101_101_101_111, 0b010_110_010_010_111, 0b111_001_111_100_111, 0b111_001_111_001_111,
    0b101_101_111_001_001, 0b111_100_111_001_111, 0b111_100_111_101_111, 0b111_001_010_010_010,
    0b111_101_111_101_111, 0b111_101_111_001_111,
  ]
}
