internal import CombinatorialKernels

extension Tensor {
  /// The softmax along an axis: y[c] = exp(x[c]) / sum_k exp(x[k]). Gradient: y (g - g.y) along the axis.
  ///
  /// Elements along the axis that hold NaN or +infinity, or -infinity alone, give NaN. For logits of any
  /// magnitude, the error of a probability y is below (5e-6 + 8e-8 |log y|) y, as a rule a tenth of that, and
  /// the axis adds up to 1 within 1.1e-6; probabilities below the least normal number may be 0.
  ///
  /// - Parameter axis: A negative one counts from the end. The last is the fastest: others are copied there.
  /// - Throws: `TensorError.axisOutOfRange`, for a scalar too.
  public func softmax(axis: Int = -1) throws(TensorError) -> Tensor {
    try alongLast(
      axis, "softmax", { RowKernels<Float>().softmax($0, into: $1) },
      pullback: { RowKernels<Float>().softmaxGradient($0, cotangent: $1, into: $2) })
  }

  /// The logarithm of the softmax along an axis: y[c] = x[c] - log(sum_k exp(x[k])). Gradient:
  /// g - softmax(x) sum_k g[k] along the axis.
  ///
  /// For logits of any magnitude, y is within 3e-6 and its own rounding of the exact number.
  ///
  /// - Parameter axis: A negative one counts from the end. The last is the fastest: others are copied there.
  /// - Throws: `TensorError.axisOutOfRange`, for a scalar too.
  public func logSoftmax(axis: Int = -1) throws(TensorError) -> Tensor {
    try alongLast(
      axis, "logSoftmax", { RowKernels<Float>().logSoftmax($0, into: $1) },
      pullback: { RowKernels<Float>().logSoftmaxGradient($0, cotangent: $1, into: $2) })
  }

  /// An operation of the rows of an axis, copied to be the last if it is not.
  private func alongLast(
    _ axis: Int, _ name: StaticString,
    _ kernel: (Rows<Float>, UnsafeMutableBufferPointer<Float>) -> Void,
    pullback:
      @escaping @Sendable (
        _ output: Rows<Float>, _ cotangent: Rows<Float>, UnsafeMutableBufferPointer<Float>
      ) -> Void
  ) throws(TensorError) -> Tensor {
    let position = try Shape.axis(axis, rank: rank)
    guard position == rank - 1 else {
      return try transposed(position, -1).alongLast(-1, name, kernel, pullback: pullback)
        .transposed(position, -1)
    }
    let output = rowwise(kernel)
    return Tensor.recorded(name, inputs: [self], output: output) {
      [output.rowwise(with: $0, pullback)]
    }
  }

  /// The rows of the last axis.
  private func rows(_ scalars: UnsafeBufferPointer<Float>) -> Rows<Float> {
    let columns = shape[rank - 1]
    return Rows(scalars, count: columns == 0 ? 0 : count / columns, columns: columns)
  }

  /// The untracked tensor of this shape that `kernel` computes from the rows.
  private func rowwise(
    _ kernel: (Rows<Float>, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Tensor {
    let result = Tensor(uninitialized: shape)
    if count > 0 { withUnsafeScalars { kernel(rows($0), result.storage.mutableBuffer) } }
    return result
  }

  /// The same for a kernel of two tensors of one shape.
  private func rowwise(
    with other: Tensor,
    _ kernel: (Rows<Float>, Rows<Float>, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Tensor {
    other.withUnsafeScalars { scalars in
      rowwise { kernel($0, other.rows(scalars), $1) }
    }
  }
}
