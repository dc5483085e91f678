/// Why a file gives no picture.
public enum PictureFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The operating system refused to read it.
  case unreadable(reason: String)
  /// It is neither PNG nor JPEG.
  case unknownFormat(found: String)
  /// It is larger than any camera's: decoding it would take gigabytes.
  case tooLarge(width: Int, height: Int, mostPixels: Int)
  /// The library that decodes it refused, in its own words; warnings count, such as of a file that is cut off.
  case broken(format: String, reason: String)
  /// The box is empty, or not within the picture.
  case box(PictureBox, width: Int, height: Int)

  /// What was expected and what was found, without the file's name.
  public var description: String {
    switch self {
    case .unreadable(let reason):
      "cannot be read: \(reason)"
    case .unknownFormat(let found):
      "expected a PNG or JPEG file, found \(found)"
    case .tooLarge(let width, let height, let mostPixels):
      "expected at most \(mostPixels) pixels, found \(width) x \(height)"
    case .broken(let format, let reason):
      "broken \(format) file: \(reason)"
    case .box(let box, let width, let height):
      "expected a box [x, y, width, height] within \(width) x \(height), "
        + "found [\(box.x), \(box.y), \(box.width), \(box.height)]"
    }
  }
}
