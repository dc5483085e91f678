import CombinatorialFiles
import ProblemFiles

/// A line of a manifest that cannot be used, or a picture that was named directly.
public struct BadLine: Error, Equatable, Sendable, CustomStringConvertible {
  /// The manifest.
  public let file: String
  /// Counted from 1; nil: `file` is a picture itself.
  public let line: Int?
  /// Why.
  public let fault: ManifestFault

  /// File, line and reason.
  public var description: String {
    let place = PrintableText.escaped(FileBytes.name(of: file))
    return line.map { "\(place): line \($0): \(fault)" } ?? "\(fault)"
  }
}

/// Why a line of a manifest cannot be used.
public enum ManifestFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// It is not JSON, or not of the form that is read; the reason names the place in it.
  case form(String)
  /// A bag has no pictures.
  case noPictures
  /// A bag has no label, in neither form.
  case noLabels
  /// A bag has `labels` and `counts`.
  case labelsAndCounts
  /// A class with a count that is none, or counts that are beyond all use.
  case count(label: String, count: Double)
  /// A label without a name.
  case emptyLabel
  /// A label that the classifier does not know.
  case unknownLabel(String, known: [String])
  /// A picture of the line cannot be used.
  case picture(file: String, PictureFileError)

  /// The most labels of a bag.
  static let mostLabels = 1_000_000.0

  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .form(let reason): reason
    case .noPictures: "expected at least one picture, found none"
    case .noLabels: "expected \"labels\" or \"counts\" with at least one label, found none"
    case .labelsAndCounts: "expected \"labels\" or \"counts\", found both"
    case .count(let label, let count):
      "expected whole numbers of at least 0, \(Int(Self.mostLabels)) in all at most, "
        + "found \(count) of '\(PrintableText.excerpt(label))'"
    case .emptyLabel: "expected labels with a name, found an empty one"
    case .unknownLabel(let label, let known):
      "unknown label '\(PrintableText.excerpt(label))': expected one of "
        + known.prefix(8).map { PrintableText.excerpt($0) }.joined(separator: ", ")
        + (known.count > 8 ? " and \(known.count - 8) more" : "")
    case .picture(let file, let error): "\(PrintableText.escaped(file)): \(error)"
    }
  }
}

/// Why there is nothing to train on, or to match.
public enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A line cannot be used.
  case badLine(BadLine)
  /// No line can be used.
  case empty(file: String, skipped: Int)
  /// All labels are of one class, which leaves nothing to learn.
  case oneClass(file: String, className: String)
  /// The manifest cannot be read.
  case file(DataFileError)

  /// One line with file, place and reason.
  public var description: String {
    switch self {
    case .badLine(let line): "\(line)"
    case .empty(let file, let skipped):
      "\(PrintableText.escaped(FileBytes.name(of: file))): expected at least one line that can be "
        + "used, found none" + (skipped > 0 ? " (\(skipped) skipped)" : "")
    case .oneClass(let file, let className):
      "\(PrintableText.escaped(FileBytes.name(of: file))): expected labels of at least 2 classes, "
        + "found '\(PrintableText.excerpt(className))' alone"
    case .file(let error): "\(error)"
    }
  }
}
