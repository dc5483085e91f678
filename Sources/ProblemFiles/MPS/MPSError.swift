public import CombinatorialFiles

/// Why an MPS file could not be used.
public enum MPSError: DescribedError, Equatable, Sendable {
  /// The file could not be read.
  case file(DataFileError)
  /// The contents break their format; `line` counts from 1.
  case corrupt(file: String, line: Int, reason: String)

  /// One line that names the file, the line and the reason.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .corrupt(let file, let line, let reason):
      "\(PrintableText.escaped(file)), line \(line): \(reason)"
    }
  }
}
