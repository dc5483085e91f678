/// Labeled pictures of one size.
public struct PictureSet: Sendable, Equatable {
  /// The pictures, without their labels.
  public let stack: PictureStack
  /// The true class of each picture, in `0 ..< classNames.count`.
  public let labels: [Int32]
  /// What the classes are called, by label.
  public let classNames: [String]

  /// How many pictures there are.
  public var count: Int { labels.count }
  /// 1 for grey pictures, 3 for colour.
  public var channels: Int { stack.channels }
  /// Rows of a picture.
  public var height: Int { stack.height }
  /// Columns of a picture.
  public var width: Int { stack.width }
  /// [count, channels, height, width], row by row.
  public var pixels: [UInt8] { stack.pixels }
  /// [channels, height, width].
  public var pictureShape: [Int] { stack.pictureShape }
  /// Pixels of one picture, all channels.
  public var pixelsPerPicture: Int { stack.pixelsPerPicture }

  /// - Throws: ``PictureSetError`` where sizes disagree or a label names no class.
  public init(
    channels: Int, height: Int, width: Int, pixels: [UInt8], labels: [Int32], classNames: [String]
  ) throws(PictureSetError) {
    try self.init(
      PictureStack(
        channels: channels, height: height, width: width, count: labels.count, pixels: pixels),
      labels: labels, classNames: classNames)
  }

  /// Gives pictures their labels.
  ///
  /// - Throws: ``PictureSetError`` unless each picture has a label, and it names a class.
  public init(
    _ stack: PictureStack, labels: [Int32], classNames: [String]
  ) throws(PictureSetError) {
    guard stack.count == labels.count else {
      throw .pixelCount(
        expected: labels.count * stack.pixelsPerPicture, found: stack.pixels.count)
    }
    if let index = labels.firstIndex(where: { $0 < 0 || $0 >= classNames.count }) {
      throw .label(picture: index, label: Int(labels[index]), classes: classNames.count)
    }
    self.init(checked: stack, labels: labels, classNames: classNames)
  }

  /// The pixels of one picture.
  public func picture(_ index: Int) -> ArraySlice<UInt8> { stack.picture(index) }

  /// The pictures in `range`, cut to the pictures that there are.
  public subscript(range: Range<Int>) -> PictureSet {
    let range = range.clamped(to: 0..<count)
    return PictureSet(checked: stack[range], labels: Array(labels[range]), classNames: classNames)
  }

  /// The first `limit` pictures, or all for nil.
  public func prefix(_ limit: Int?) -> PictureSet {
    limit.map { self[0..<max(0, $0)] } ?? self
  }

  private init(checked stack: PictureStack, labels: [Int32], classNames: [String]) {
    (self.stack, self.labels, self.classNames) = (stack, labels, classNames)
  }
}

/// Why pictures and labels do not make a set.
public enum PictureSetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A picture without a pixel.
  case emptyPicture(channels: Int, height: Int, width: Int)
  /// The pixels are not those of so many pictures of this shape.
  case pixelCount(expected: Int, found: Int)
  /// A label outside `0..<classes`.
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
