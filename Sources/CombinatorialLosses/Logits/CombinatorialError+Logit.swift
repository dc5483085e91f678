extension CombinatorialError {
  /// The logit that makes a row's log-sum-exp infinite or NaN: the first that is NaN or +infinity; if
  /// there is none, all are -infinity.
  static func invalidLogit(
    in logits: Tensor, batch: Int, row: Int, rowsPerItem: Int
  ) -> CombinatorialError {
    let classes = logits.shape[logits.rank - 1]
    let start = (batch * rowsPerItem + row) * classes
    return logits.withUnsafeScalars { scalars in
      let column = (0..<classes).first { !(scalars[start + $0] < .infinity) } ?? 0
      let value = classes > 0 ? Double(scalars[start + column]) : -.infinity
      return CombinatorialError(.invalidLogit(row: row, column: column, value: value), item: batch)
    }
  }
}
