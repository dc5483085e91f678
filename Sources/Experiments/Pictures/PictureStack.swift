/// Pictures of one size without labels: 8-bit pixels in the order picture, channel, row, column.
public struct PictureStack: Sendable, Equatable {
  /// 1 for gray pictures, 3 for color.
  public let channels: Int
  /// Rows of a picture.
  public let height: Int
  /// Columns of a picture.
  public let width: Int
  /// How many pictures there are.
  public let count: Int
  /// [count, channels, height, width], row by row.
  public let pixels: [UInt8]

  /// [channels, height, width].
  public var pictureShape: [Int] { [channels, height, width] }
  /// Pixels of one picture, all channels.
  public var pixelsPerPicture: Int { channels * height * width }

  /// - Throws: ``PictureSetError`` where sizes disagree.
  public init(
    channels: Int, height: Int, width: Int, count: Int, pixels: [UInt8]
  ) throws(PictureSetError) {
    guard channels > 0, height > 0, width > 0 else {
      throw .emptyPicture(channels: channels, height: height, width: width)
    }
    let expected = [channels, height, width].reduce(max(0, count)) { count, extent in
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      return overflow ? .max : product
    }
    guard pixels.count == expected else {
      throw .pixelCount(expected: expected, found: pixels.count)
    }
    self.channels = channels
    self.height = height
    self.width = width
    self.count = max(0, count)
    self.pixels = pixels
  }

  /// The pixels of one picture.
  public func picture(_ index: Int) -> ArraySlice<UInt8> {
    pixels[index * pixelsPerPicture..<(index + 1) * pixelsPerPicture]
  }

  /// The pictures in `range`, cut to the pictures that there are.
  public subscript(range: Range<Int>) -> PictureStack {
    let range = range.clamped(to: 0..<count)
    let pixels = pixels[range.lowerBound * pixelsPerPicture..<range.upperBound * pixelsPerPicture]
    return PictureStack(self, count: range.count, pixels: Array(pixels))
  }

  /// The pictures at these places, each as often as it is named.
  func gathered(_ indices: [Int]) -> PictureStack {
    if indices.elementsEqual(0..<count) { return self }
    var gathered: [UInt8] = []
    gathered.reserveCapacity(indices.count * pixelsPerPicture)
    for index in indices { gathered += picture(index) }
    return PictureStack(self, count: indices.count, pixels: gathered)
  }

  private init(_ other: PictureStack, count: Int, pixels: [UInt8]) {
    (channels, height, width) = (other.channels, other.height, other.width)
    (self.count, self.pixels) = (count, pixels)
  }
}
