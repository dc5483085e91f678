public import CombinatorialFiles

/// What is wrong with the arguments of a layer or an optimizer, where it is not a tensor's shape.
public enum LayerError: DescribedError, Equatable, Sendable {
  /// A depth that the architecture does not come in.
  case unsupportedDepth(expected: String, found: Int)
  /// Not one gradient for each parameter.
  case gradientCount(expected: Int, found: Int)
  /// A gradient of another shape than its parameter; `position` counts in the list.
  case gradientShape(position: Int, parameter: String, expected: [Int], found: [Int])
  /// A batch size below 1.
  case batchSize(found: Int)
  /// Inputs and labels of a loader that are not as many.
  case itemCounts(inputs: Int, labels: Int)
  /// The state of an optimizer that belongs to another optimizer or another parameter.
  case optimizerState(parameter: String, expected: String, found: String)

  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .unsupportedDepth(let expected, let found):
      "expected a depth of \(expected), found \(found)"
    case .gradientCount(let expected, let found):
      "expected \(expected) gradients, one for each parameter, found \(found)"
    case .gradientShape(let position, let parameter, let expected, let found):
      "expected a gradient of shape \(expected) for \(parameter) at position \(position), "
        + "found \(found)"
    case .batchSize(let found): "expected a batch size of at least 1, found \(found)"
    case .itemCounts(let inputs, let labels):
      "expected as many labels as inputs, found \(inputs) inputs and \(labels) labels"
    case .optimizerState(let parameter, let expected, let found):
      "expected \(expected) as optimizer state of \(parameter), found \(found)"
    }
  }
}
