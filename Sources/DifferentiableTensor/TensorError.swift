/// What is wrong with the arguments of a tensor operation.
public enum TensorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A shape that the operation cannot take.
  case shapeMismatch(expected: String, found: [Int])
  /// The number of scalars is not the product of the extents.
  case scalarCountMismatch(expected: Int, found: Int)
  /// An extent below zero.
  case negativeExtent(shape: [Int])
  /// The size in bytes of a tensor of this shape is not an `Int`, or an extent is too long for BLAS.
  case sizeOverflow(shape: [Int])
  /// An axis outside `-rank ..< rank`.
  case axisOutOfRange(axis: Int, rank: Int)
  /// An axis that is named twice, directly or counted from the end.
  case repeatedAxis(axis: Int, rank: Int)
  /// Axes that do not name each of the tensor's axes once.
  case invalidPermutation(axes: [Int], rank: Int)
  /// `indices[position]` is outside `0 ..< extent`.
  case indexOutOfRange(position: Int, index: Int, extent: Int)
  /// A range that leaves `0 ..< extent`.
  case rangeOutOfBounds(range: Range<Int>, extent: Int)
  /// An array within nested arrays, at `index` among them, is not as long as the first beside it.
  case ragged(index: [Int], expected: Int, found: Int)
  /// A subscript with more indices than the tensor has axes.
  case tooManyIndices(count: Int, rank: Int)
  /// An integer in a subscript outside of `-extent ..< extent`.
  case subscriptOutOfRange(axis: Int, index: Int, extent: Int)
  /// One element was expected.
  case notScalar(shape: [Int])
  /// Gradients of a tensor that is not one number, without a cotangent.
  case lossNotScalar(shape: [Int])
  /// The extremum of no elements.
  case emptyReduction(shape: [Int])
  /// An operation on a list of tensors got none.
  case emptyList(operation: String)
  /// The loss was computed from no tensor that requires a gradient, or without recording.
  case untrackedLoss
  /// The gradient of a tensor that the tape does not know was asked for; `position` counts in the
  /// list of tensors.
  case untrackedTensor(position: Int)
  /// A pullback threw an error that is not a `TensorError`, or returned what does not fit its inputs.
  case pullbackFailed(operation: String, reason: String)

  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .shapeMismatch(let expected, let found):
      "expected \(expected), found a tensor of shape \(found)"
    case .scalarCountMismatch(let expected, let found):
      "expected \(expected) scalars for the shape, found \(found)"
    case .negativeExtent(let shape): "expected extents of at least 0, found shape \(shape)"
    case .sizeOverflow(let shape): "expected a size that can be addressed, found shape \(shape)"
    case .axisOutOfRange(let axis, let rank):
      "expected an axis in \(-rank) ..< \(rank), found \(axis)"
    case .repeatedAxis(let axis, let rank):
      "expected distinct axes of a tensor of rank \(rank), found axis \(axis) twice"
    case .invalidPermutation(let axes, let rank):
      "expected each axis of a tensor of rank \(rank) once, found \(axes)"
    case .indexOutOfRange(let position, let index, let extent):
      "expected an index in 0 ..< \(extent) at position \(position), found \(index)"
    case .rangeOutOfBounds(let range, let extent):
      "expected a range within 0 ..< \(extent), found \(range.lowerBound) ..< \(range.upperBound)"
    case .ragged(let index, let expected, let found):
      "expected \(expected) elements in the array at \(index), as in the first, found \(found)"
    case .tooManyIndices(let count, let rank):
      "expected at most \(rank) indices for a tensor of rank \(rank), found \(count)"
    case .subscriptOutOfRange(let axis, let index, let extent):
      "expected an index in \(-extent) ..< \(extent) for axis \(axis), found \(index)"
    case .notScalar(let shape):
      "expected a tensor of one element, found shape \(shape)"
    case .lossNotScalar(let shape):
      "expected a loss of one element, found shape \(shape): add .mean() or .sum(), or give a cotangent"
    case .emptyReduction(let shape):
      "expected at least one element to reduce over, found shape \(shape)"
    case .emptyList(let operation): "expected at least one tensor for \(operation), found none"
    case .untrackedLoss:
      "expected a loss that was recorded on the tape, found one without a tracked input: call "
        + ".requiringGradient() on an input, and compute the loss from that, outside of withoutGradient"
    case .untrackedTensor(let position):
      "expected tensors on the tape, found an untracked one at position \(position): give what "
        + ".requiringGradient() returned, which the loss was computed from"
    case .pullbackFailed(let operation, let reason):
      "the pullback of \(operation) failed: \(reason)"
    }
  }
}
