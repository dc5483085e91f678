internal import CombinatorialKernels

extension CombinatorialError {
  /// The logit that makes a row's log-sum-exp infinite or NaN.
  static func invalidLogit(
    in logits: Tensor, batch: Int, row: Int, rowsPerItem: Int
  ) -> CombinatorialError {
    let classes = logits.shape[logits.rank - 1]
    return logits.withUnsafeScalars { scalars in
      let rows = Rows(scalars, count: classes > 0 ? scalars.count / classes : 0, columns: classes)
      return CombinatorialError(
        invalidLogitOf: batch * rowsPerItem + row, in: rows, rowsPerItem: rowsPerItem)
    }
  }
}
