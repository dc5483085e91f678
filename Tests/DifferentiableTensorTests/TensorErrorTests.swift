import DifferentiableTensor
import Testing

@Suite struct TensorErrorTests {
  static let descriptions: [(TensorError, String)] = [
    (
      .shapeMismatch(expected: "a matrix", found: [2]),
      "expected a matrix, found a tensor of shape [2]"
    ),
    (.scalarCountMismatch(expected: 6, found: 5), "expected 6 scalars for the shape, found 5"),
    (.negativeExtent(shape: [-1]), "expected extents of at least 0, found shape [-1]"),
    (.sizeOverflow(shape: [9]), "expected a size that can be addressed, found shape [9]"),
    (.axisOutOfRange(axis: 3, rank: 2), "expected an axis in -2 ..< 2, found 3"),
    (
      .repeatedAxis(axis: 1, rank: 2),
      "expected distinct axes of a tensor of rank 2, found axis 1 twice"
    ),
    (
      .invalidPermutation(axes: [0, 0], rank: 2),
      "expected each axis of a tensor of rank 2 once, found [0, 0]"
    ),
    (
      .indexOutOfRange(position: 4, index: -1, extent: 7),
      "expected an index in 0 ..< 7 at position 4, found -1"
    ),
    (.rangeOutOfBounds(range: 1..<9, extent: 7), "expected a range within 0 ..< 7, found 1 ..< 9"),
    (
      .ragged(index: [1], expected: 2, found: 3),
      "expected 2 elements in the array at [1], as in the first, found 3"
    ),
    (
      .tooManyIndices(count: 3, rank: 2),
      "expected at most 2 indices for a tensor of rank 2, found 3"
    ),
    (
      .subscriptOutOfRange(axis: 1, index: 4, extent: 3),
      "expected an index in -3 ..< 3 for axis 1, found 4"
    ),
    (
      .lossNotScalar(shape: [64]),
      "expected a loss of one element, found shape [64]: add .mean() or .sum(), or give a cotangent"
    ),
    (.notScalar(shape: [2, 1]), "expected a tensor of one element, found shape [2, 1]"),
    (.emptyReduction(shape: [0]), "expected at least one element to reduce over, found shape [0]"),
    (.emptyList(operation: "stacked"), "expected at least one tensor for stacked, found none"),
    (
      .untrackedLoss,
      "expected a loss that was recorded on the tape, found one without a tracked input: call "
        + ".requiringGradient() on an input, and compute the loss from that, outside of withoutGradient"
    ),
    (
      .untrackedTensor(position: 2),
      "expected tensors on the tape, found an untracked one at position 2: give what "
        + ".requiringGradient() returned, which the loss was computed from"
    ),
    (.pullbackFailed(operation: "exp", reason: "no"), "the pullback of exp failed: no"),
  ]

  @Test(arguments: descriptions)
  func saysWhatWasExpectedAndFound(error: TensorError, description: String) {
    #expect("\(error)" == description)
  }
}
