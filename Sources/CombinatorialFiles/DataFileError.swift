/// Why a data file could not be used.
public enum DataFileError: DescribedError, Equatable, Sendable {
  /// The data set is not on this machine; `remedy` says how to get it.
  case missing(dataSet: String, searched: [String], remedy: String)
  /// The operating system refused to read the file.
  case unreadable(file: String, reason: String)
  /// The operating system refused to write the file.
  case unwritable(file: String, reason: String)
  /// The contents break their format at byte `offset`, counted from 0 in what `file` names.
  case corrupt(file: String, offset: Int, expected: String, found: String)

  /// One line that names the file, the place in it and the reason.
  public var description: String {
    switch self {
    case .missing(let dataSet, let searched, let remedy):
      "\(dataSet) is not in \(PrintableText.escaped(searched.joined(separator: " or "))): \(remedy)"
    case .unreadable(let file, let reason):
      "\(PrintableText.escaped(file)): cannot be read: \(reason)"
    case .unwritable(let file, let reason):
      "\(PrintableText.escaped(file)): cannot be written: \(reason)"
    case .corrupt(let file, let offset, let expected, let found):
      "\(PrintableText.escaped(file)): byte \(offset): expected \(expected), found \(found)"
    }
  }
}

extension DataFileError {
  /// A file that could not be written.
  package init(_ error: FileWriteError) {
    self = .unwritable(file: error.file, reason: error.reason)
  }
}
