extension Tensor {
  /// The product of matrices, or of batches of matrices: [.., m, k] times [.., k, n] is [.., m, n].
  ///
  /// The axes before the last two broadcast. Gradient: g r^T for the left and l^T g for the right,
  /// summed over repeats; transposed where the operand is used transposed.
  ///
  /// - Parameters:
  ///   - right: The right factor; both have rank 2 or more.
  ///   - transposeLeft: The left factor is stored as [.., k, m].
  ///   - transposeRight: The right factor is stored as [.., n, k].
  /// - Returns: [.., m, n].
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  /// - Complexity: O(batch m n k), through BLAS.
  public func matmul(
    _ right: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false
  ) throws(TensorError) -> Tensor {
    if right.rank == 2, rank > 2, !transposeLeft {
      // One product over all rows, whose pullback needs no sum over the batch.
      let rows = try reshaped([shape.dropLast().reduce(1, *), shape[rank - 1]])
      return try rows.matmul(right, transposeRight: transposeRight)
        .reshaped(shape.dropLast() + [right.shape[transposeRight ? 0 : 1]])
    }
    let result = try product(right, transposeLeft, transposeRight)
    let (savedLeft, savedRight) = (detached, right.detached)
    let (needsLeft, needsRight) = (isTracked, right.isTracked)
    return Tensor.recorded("matmul", inputs: [self, right], output: result) { gradient in
      // With y = op(l) op(r): by op(l) it is g op(r)^T, by l the transpose of that if op transposes.
      let byLeft: Tensor? =
        !needsLeft
        ? nil
        : transposeLeft
          ? try savedRight.product(gradient, transposeRight, true)
          : try gradient.product(savedRight, false, !transposeRight)
      let byRight: Tensor? =
        !needsRight
        ? nil
        : transposeRight
          ? try gradient.product(savedLeft, true, transposeLeft)
          : try savedLeft.product(gradient, !transposeLeft, false)
      return [
        byLeft?.reducedSum(toBroadcast: savedLeft.shape),
        byRight?.reducedSum(toBroadcast: savedRight.shape),
      ]
    }
  }

  /// The untracked product.
  private func product(
    _ right: Tensor, _ transposeLeft: Bool, _ transposeRight: Bool
  ) throws(TensorError) -> Tensor {
    let plan = try MatrixProductPlan(
      shape, right.shape, transposeLeft: transposeLeft, transposeRight: transposeRight)
    let result = Tensor(uninitialized: plan.shape)
    plan.run(storage.base, right.storage.base, into: result.storage.base)
    return result
  }
}
