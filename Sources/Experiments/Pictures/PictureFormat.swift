/// The form that pictures from files are brought to: what a network takes.
public struct PictureFormat: Sendable, Hashable, Codable {
  /// 1 for gray pictures, 3 for color.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// A format.
  public init(channels: Int = 3, height: Int = 32, width: Int = 32) {
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The longest side that a network is made for.
  static let longestSide = 1 << 10
  /// The most pixels, all channels.
  static let mostPixels = 1 << 20

  /// Why no pictures can have it, as what was expected and found; nil: they can.
  var fault: String? {
    let sides = 1...Self.longestSide
    guard sides.contains(width), sides.contains(height) else {
      return "picture size: expected sides of 1 to \(Self.longestSide), found \(width)x\(height)"
    }
    guard [1, 3].contains(channels) else {
      return "picture channels: expected 1 or 3, found \(channels)"
    }
    let pixels = channels * width * height
    return pixels <= Self.mostPixels
      ? nil : "picture size: expected at most \(Self.mostPixels) pixels, found \(pixels)"
  }
}

extension PictureFormat: CustomStringConvertible {
  /// Width x height, and whether it is gray.
  public var description: String { "\(width)x\(height)\(channels == 1 ? " gray" : "")" }
}

/// A part of a picture: the corner at the top left and the size, in pixels of the upright picture.
public struct PictureBox: Sendable, Hashable, Codable {
  /// Columns left of the box.
  public var x: Double
  /// Rows above the box.
  public var y: Double
  /// Columns of the box.
  public var width: Double
  /// Rows of the box.
  public var height: Double

  /// A box.
  public init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// Reads `[x, y, width, height]`.
  public init(from decoder: any Decoder) throws {
    let numbers = try decoder.singleValueContainer().decode([Double].self)
    guard numbers.count == 4 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected [x, y, width, height], found \(numbers.count) numbers"))
    }
    self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }

  /// Writes `[x, y, width, height]`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([x, y, width, height])
  }

  /// Whether there is something in it, and all of it within a picture of this size.
  func isWithin(width: Int, height: Int) -> Bool {
    x >= 0 && y >= 0 && self.width > 0 && self.height > 0
      && x + self.width <= Double(width) && y + self.height <= Double(height)
  }

  /// The largest part in the middle with the proportions of a format.
  func cropped(to format: PictureFormat) -> PictureBox {
    let scale = min(width / Double(format.width), height / Double(format.height))
    let (newWidth, newHeight) = (scale * Double(format.width), scale * Double(format.height))
    return PictureBox(
      x: x + (width - newWidth) / 2, y: y + (height - newHeight) / 2, width: newWidth,
      height: newHeight)
  }
}
