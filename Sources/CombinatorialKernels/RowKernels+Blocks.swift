internal import CombinatorialLibc

/// What works on a block of logits on the calling thread, for losses that never hold all of them.
extension RowKernels {
  /// log(sum_c exp(x[i][c])) of each row, on this thread.
  package func logSumExpHere(_ x: Rows<Scalar>) -> [Double] {
    filledArray(count: x.count, of: 0.0) {
      table.log_sum_exp(x.start(of: 0), x.count, x.columns, x.columns, $0.value)
    }
  }

  /// x[i][c] = weights[i] exp(x[i][c] - logSumExp[i]) in place, on this thread.
  ///
  /// - Parameters:
  ///   - x: Rows of as many columns, at least as many as there are weights.
  ///   - logSumExp: Of each row, with other blocks. Its rounding is a relative error of the result: the
  ///     logits must be such that it stays below 2^20.
  package func scaleSoftmaxHere(
    _ x: UnsafeMutableBufferPointer<Scalar>, columns: Int, logSumExp: ArraySlice<Double>,
    weights: ArraySlice<Scalar>
  ) {
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: columns) { shifted in
      for (row, (sum, weight)) in zip(logSumExp, weights).enumerated() {
        let line = row * columns
        let offset = Scalar(sum)
        let factor = weight * Scalar(exp(Double(offset) - sum))
        for column in 0..<columns { shifted[column] = x[line + column] - offset }
        table.exponential(
          shifted.baseAddress, columns, x.baseAddress.map { $0 + line })
        for column in 0..<columns { x[line + column] *= factor }
      }
    }
  }
}
