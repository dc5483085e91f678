/// Why an approximate gradient of a solution, or a loss that needs one, was refused.
public enum SolutionGradientError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A parameter such as lambda or sigma that is not a positive, finite number.
  case notPositive(parameter: String, value: Float)
  /// Fewer than one sample.
  case tooFewSamples(Int)
  /// A NaN or an infinity where none can be: a cotangent, a target, costs moved out of the range of
  /// `Float`. `position` counts the entries of the batch item, row by row.
  case notFinite(quantity: String, batch: Int, position: Int, value: Float)

  /// One line: what was expected and what came.
  public var description: String {
    switch self {
    case .notPositive(let parameter, let value):
      "expected a positive, finite \(parameter), found \(value)"
    case .tooFewSamples(let samples): "expected at least 1 sample, found \(samples)"
    case .notFinite(let quantity, let batch, let position, let value):
      "\(quantity) at position \(position) of batch item \(batch) is \(value); "
        + "expected a finite number"
    }
  }

  /// Refuses a parameter that is not a positive, finite number.
  static func check(
    positive value: Float, _ parameter: String
  ) throws(SolutionGradientError) -> Float {
    guard value > 0, value.isFinite else { throw .notPositive(parameter: parameter, value: value) }
    return value
  }
}

extension BatchedItems {
  /// Refuses NaN and infinities. A solver must never see one that came out of a backward pass: it may
  /// loop for ever.
  ///
  /// - Parameter tensor: In the shape of these items.
  func checkFinite(_ tensor: Tensor, _ quantity: String) throws(SolutionGradientError) {
    try tensor.withUnsafeScalars { scalars throws(SolutionGradientError) in
      guard let index = scalars.firstIndex(where: { !$0.isFinite }) else { return }
      throw notFinite(quantity, index: index, value: scalars[index])
    }
  }

  /// The error that names a scalar of the batch.
  func notFinite(_ quantity: String, index: Int, value: Float) -> SolutionGradientError {
    .notFinite(
      quantity: quantity, batch: index / itemCount, position: index % itemCount, value: value)
  }

  /// Refuses a tensor that does not have the shape of these items.
  func checkShape(_ tensor: Tensor, _ name: String) throws(CombinatorialError) {
    guard tensor.shape == shape else {
      throw .shapeMismatch(expected: "\(name) of shape \(shape)", found: "shape \(tensor.shape)")
    }
  }
}
