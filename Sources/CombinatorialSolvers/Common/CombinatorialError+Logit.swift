package import CombinatorialKernels

extension CombinatorialError {
  /// The logit that makes a row's log-sum-exp infinite or NaN: the first that is NaN or +infinity; if
  /// there is none, all are -infinity.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`.
  ///   - row: Among the rows of all items.
  package static func invalidLogit<Scalar: CostScalar>(
    in logits: UnsafeBufferPointer<Scalar>, classes: Int, row: Int, rowsPerItem: Int
  ) -> CombinatorialError {
    let scalars = logits[row * classes..<(row + 1) * classes]
    let column = scalars.firstIndex { !($0 < .infinity) }.map { $0 - row * classes } ?? 0
    return CombinatorialError(
      .invalidLogit(
        row: row % rowsPerItem, column: column,
        value: classes > 0 ? Double(logits[row * classes + column]) : -.infinity),
      item: row / rowsPerItem)
  }
}
