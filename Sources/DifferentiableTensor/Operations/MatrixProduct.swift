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

  /// Rows times the transpose of a weight, plus a bias: x W^T + b, which the product is added to.
  /// Gradient: g W for x, g^T x for the weight, and for the bias the sum of g over all rows.
  ///
  /// - Parameters:
  ///   - weight: [outputs, inputs].
  ///   - bias: [outputs].
  /// - Returns: [.., outputs] for a tensor [.., inputs] of rank 2 or more.
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  /// - Complexity: O(rows inputs outputs).
  public func affine(weight: Tensor, bias: Tensor) throws(TensorError) -> Tensor {
    guard rank >= 2, weight.rank == 2, bias.shape == [weight.shape[0]] else {
      throw .shapeMismatch(
        expected: "rows, a weight [outputs, inputs] and a bias [outputs]; found a weight "
          + "\(weight.shape), a bias \(bias.shape) and", found: shape)
    }
    let rows = try reshaped([shape.dropLast().reduce(1, *), shape[rank - 1]])
    let result = try rows.product(weight, false, true, plus: bias)
    let (input, savedWeight) = (rows.detached, weight.detached)
    let (needsInput, needsWeight, needsBias) = (isTracked, weight.isTracked, bias.isTracked)
    return try Tensor.recorded("affine", inputs: [rows, weight, bias], output: result) { gradient in
      [
        needsInput ? try gradient.product(savedWeight, false, false) : nil,
        needsWeight ? try gradient.product(input, true, false) : nil,
        needsBias ? gradient.reducedSum(toBroadcast: [savedWeight.shape[0]]) : nil,
      ]
    }.reshaped(shape.dropLast() + [weight.shape[0]])
  }

  /// The untracked product, and a row added to all of it.
  private func product(
    _ right: Tensor, _ transposeLeft: Bool, _ transposeRight: Bool, plus bias: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    let plan = try MatrixProductPlan(
      shape, right.shape, transposeLeft: transposeLeft, transposeRight: transposeRight)
    let result = Tensor(uninitialized: plan.shape)
    plan.run(
      storage.base, right.storage.base, bias: bias?.storage.base, into: result.storage.base)
    return result
  }
}
