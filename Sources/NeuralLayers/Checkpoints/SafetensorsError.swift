public import CombinatorialFiles

/// Why a safetensors file could not be read or written.
public enum SafetensorsError: DescribedError, Equatable, Sendable {
  /// The file does not follow the format.
  ///
  /// `offset` counts bytes from the start of the file and points at the first thing that is wrong.
  case malformed(file: String, offset: Int, expected: String, found: String)

  /// The operating system refused an operation: `open` or `read`; to write, `create`, `write`, `fsync`,
  /// `close` or `rename`.
  case system(file: String, operation: String, message: String)

  /// Whether a file could not be written.
  package var isFailedWrite: Bool {
    guard case .system(_, let operation, _) = self else { return false }
    return operation != "open" && operation != "read"
  }

  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .malformed(let file, let offset, let expected, let found):
      "\(PrintableText.escaped(file)): byte \(offset): expected \(expected), found \(found)"
    case .system(let file, let operation, let message):
      "\(PrintableText.escaped(file)): \(operation): \(message)"
    }
  }
}

extension String {
  /// A name from a file as messages print it, in quotation marks.
  var quoted: String { "“\(PrintableText.excerpt(self))”" }
}
