/// Labeled pictures of one size: 8-bit pixels in the order picture, channel, row, column.
public struct PictureSet: Sendable, Equatable {
  /// 1 for gray pictures, 3 for color.
  public let channels: Int
  /// Rows of a picture.
  public let height: Int
  /// Columns of a picture.
  public let width: Int
  /// [count, channels, height, width], row by row.
  public let pixels: [UInt8]
  /// The true class of each picture, in `0 ..< classNames.count`.
  public let labels: [Int32]
  /// What the classes are called, by label.
  public let classNames: [String]

  /// How many pictures there are.
  public var count: Int { labels.count }
  /// [channels, height, width].
  public var pictureShape: [Int] { [channels, height, width] }
  /// Pixels of one picture, all channels.
  public var pixelsPerPicture: Int { channels * height * width }

  /// - Throws: ``PictureSetError`` where sizes disagree or a label names no class.
  public init(
    channels: Int, height: Int, width: Int, pixels: [UInt8], labels: [Int32], classNames: [String]
  ) throws(PictureSetError) {
    guard channels > 0, height > 0, width > 0 else {
      throw .emptyPicture(channels: channels, height: height, width: width)
    }
    let expected = [channels, height, width].reduce(labels.count) { count, extent in
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      return overflow ? .max : product
    }
    guard pixels.count == expected else {
      throw .pixelCount(expected: expected, found: pixels.count)
    }
    if let index = labels.firstIndex(where: { $0 < 0 || $0 >= classNames.count }) {
      throw .label(picture: index, label: Int(labels[index]), classes: classNames.count)
    }
    self.channels = channels
    self.height = height
    self.width = width
    self.pixels = pixels
    self.labels = labels
    self.classNames = classNames
  }

  /// The pixels of one picture.
  public func picture(_ index: Int) -> ArraySlice<UInt8> {
    pixels[index * pixelsPerPicture..<(index + 1) * pixelsPerPicture]
  }

  /// The pictures in `range`, cut to the pictures that there are.
  public subscript(range: Range<Int>) -> PictureSet {
    let range = range.clamped(to: 0..<count)
    return PictureSet(
      self, labels: Array(labels[range]),
      pixels: Array(
        pixels[range.lowerBound * pixelsPerPicture..<range.upperBound * pixelsPerPicture]))
  }

  /// The first `limit` pictures, or all for nil.
  public func prefix(_ limit: Int?) -> PictureSet {
    limit.map { self[0..<max(0, $0)] } ?? self
  }

  private init(_ other: PictureSet, labels: [Int32], pixels: [UInt8]) {
    channels = other.channels
    height = other.height
    width = other.width
    classNames = other.classNames
    self.labels = labels
    self.pixels = pixels
  }
}

/// Why pictures and labels do not make a set.
public enum PictureSetError: Error, Equatable, Sendable, CustomStringConvertible {
  case emptyPicture(channels: Int, height: Int, width: Int)
  case pixelCount(expected: Int, found: Int)
  case label(picture: Int, label: Int, classes: Int)

  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .emptyPicture(let channels, let height, let width):
      "expected pictures with pixels, found \(channels) x \(height) x \(width)"
    case .pixelCount(let expected, let found): "expected \(expected) pixels, found \(found)"
    case .label(let picture, let label, let classes):
      "picture \(picture): expected a label in 0..<\(classes), found \(label)"
    }
  }
}

/// A picture set cut into a part to learn from and a part to test on.
public struct ImageDataset: Sendable, Equatable {
  /// The part to learn from.
  public let training: PictureSet
  /// The part to test on.
  public let test: PictureSet

  /// A data set of two parts.
  public init(training: PictureSet, test: PictureSet) {
    self.training = training
    self.test = test
  }
}
