internal import CombinatorialKernels

/// The softmax along the last axis: y[c] = exp(x[c]) / sum_k exp(x[k]).
///
/// The gradient is y (dy - dy.y) in each row. A row that holds NaN or +infinity, or -infinity alone,
/// gives NaN. For logits of any magnitude, the error of a probability y is below (5e-6 + 8e-8 |log y|) y,
/// as a rule a tenth of that, and a row adds up to 1 within 1.1e-6; probabilities below the least normal
/// number may be 0.
///
/// - Parameter x: Rank 1 or more.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)`` for a scalar.
public func softmax(_ x: Tensor) throws -> Tensor {
  let output = try rowwise(x) { RowKernels<Float>().softmax($0, into: $1) }
  return Tensor.recorded("softmax", inputs: [x], output: output) { cotangent in
    [
      try rowwise(output, cotangent) {
        RowKernels<Float>().softmaxGradient($0, cotangent: $1, into: $2)
      }
    ]
  }
}

/// The logarithm of the softmax along the last axis: y[c] = x[c] - log(sum_k exp(x[k])).
///
/// The gradient is dy - softmax(x) sum_k dy[k] in each row. For logits of any magnitude, y is within 3e-6
/// and its own rounding of the exact number.
///
/// - Parameter x: Rank 1 or more.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)`` for a scalar.
public func logSoftmax(_ x: Tensor) throws -> Tensor {
  let output = try rowwise(x) { RowKernels<Float>().logSoftmax($0, into: $1) }
  return Tensor.recorded("logSoftmax", inputs: [x], output: output) { cotangent in
    [
      try rowwise(output, cotangent) {
        RowKernels<Float>().logSoftmaxGradient($0, cotangent: $1, into: $2)
      }
    ]
  }
}

/// A tensor of x's shape that `kernel` computes from its rows, those of the last axis.
private func rowwise(
  _ x: Tensor, _ kernel: (Rows<Float>, UnsafeMutableBufferPointer<Float>) -> Void
) throws -> Tensor {
  guard let columns = x.shape.last else {
    throw CombinatorialError.shapeMismatch(expected: "a tensor of rank 1 or more", found: "[]")
  }
  return try Tensor(shape: x.shape) { output in
    guard columns > 0 else { return }
    x.withUnsafeScalars {
      kernel(Rows($0, count: x.count / columns, columns: columns), output)
    }
  }
}

/// The same for a kernel of two tensors of one shape.
private func rowwise(
  _ x: Tensor, _ y: Tensor,
  _ kernel: (Rows<Float>, Rows<Float>, UnsafeMutableBufferPointer<Float>) -> Void
) throws -> Tensor {
  try y.withUnsafeScalars { second in
    try rowwise(x) { rows, output in
      kernel(rows, Rows(second, count: rows.count, columns: rows.columns), output)
    }
  }
}
