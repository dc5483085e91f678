public import CombinatorialFiles

/// Why a checkpoint could not be saved or restored. A model that could not be restored is unchanged.
public enum CheckpointError: DescribedError, Equatable, Sendable {
  /// The file could not be read or written, or is not in the safetensors format.
  case file(SafetensorsError)
  /// The model or the optimizer has what the file lacks.
  case missing(file: String, names: [String])
  /// The file has what the model lacks: it belongs to another one.
  case unexpected(file: String, names: [String])
  /// A tensor of another shape than the model's.
  case shape(file: String, name: String, expected: [Int], found: [Int])
  /// A metadata entry that cannot be read.
  case metadata(file: String, key: String, expected: String, found: String)
  /// Optimizer state that does not fit the optimizer.
  case optimizer(file: String, LayerError)
  /// Two parts of the model go by the same path, or metadata uses a key of the checkpoint's own.
  case ambiguous(name: String)

  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .missing(let file, let names):
      "\(PrintableText.escaped(file)): expected \(PrintableText.list(names)), found no such entries"
    case .unexpected(let file, let names):
      "\(PrintableText.escaped(file)): expected only what the model has, found \(PrintableText.list(names))"
    case .shape(let file, let name, let expected, let found):
      "\(PrintableText.escaped(file)): expected shape \(expected) for \(PrintableText.excerpt(name)), found \(found)"
    case .metadata(let file, let key, let expected, let found):
      "\(PrintableText.escaped(file)): expected \(expected) as metadata \(PrintableText.excerpt(key)), "
        + "found “\(PrintableText.excerpt(found))”"
    case .optimizer(let file, let error): "\(PrintableText.escaped(file)): \(error)"
    case .ambiguous(let name):
      "expected every name once, found \(PrintableText.excerpt(name)) again"
    }
  }
}
