extension Tensor {
  /// The axes in another order: axis i of the result is axis `axes[i]` of this tensor; copies.
  /// Gradient: g with the inverse order.
  ///
  /// - Parameter axes: Each axis once; negative ones count from the end.
  /// - Returns: A tensor of shape `axes.map { shape[$0] }`.
  /// - Throws: `TensorError.invalidPermutation`.
  public func permuted(_ axes: [Int]) throws(TensorError) -> Tensor {
    let order = axes.map { $0 < 0 ? $0 + rank : $0 }
    guard order.sorted() == Array(0..<rank) else {
      throw .invalidPermutation(axes: axes, rank: rank)
    }
    var inverse = order
    for (position, axis) in order.enumerated() { inverse[axis] = position }
    let inverseOrder = inverse
    return Tensor.recorded("permuted", inputs: [self], output: rearranged(order)) {
      [$0.rearranged(inverseOrder)]
    }
  }

  /// The tensor with two axes exchanged, by default the last two; copies. Gradient: g with the axes
  /// exchanged.
  ///
  /// - Throws: `TensorError.axisOutOfRange`.
  public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TensorError) -> Tensor {
    var order = Array(0..<rank)
    order.swapAt(try Shape.axis(first, rank: rank), try Shape.axis(second, rank: rank))
    return try permuted(order)
  }

  /// The untracked permutation.
  private func rearranged(_ order: [Int]) -> Tensor {
    let plan = PermutationPlan(shape, order: order)
    if plan.isIdentity { return Tensor(shape: plan.shape, storage: storage) }
    let result = Tensor(uninitialized: plan.shape)
    if count > 0 { plan.run(storage.base, into: result.storage.base) }
    return result
  }
}
