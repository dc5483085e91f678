extension Tensor {
  /// The greater of two tensors element by element, under broadcasting; NaN where one is NaN.
  /// Gradient: g for the greater, for the left of two equal ones, else 0; summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func maximum(_ left: Tensor, _ right: Tensor) throws(TensorError) -> Tensor {
    try choose(
      "maximum", left, right, result: { $0.fill { $0 < $1 || $1 != $1 ? $1 : $0 } },
      isRight: { $0.fill { $0 < $1 || $1 != $1 ? 1 : 0 } })
  }

  /// The lesser of two tensors element by element, under broadcasting; NaN where one is NaN.
  /// Gradient: g for the lesser, for the left of two equal ones, else 0; summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func minimum(_ left: Tensor, _ right: Tensor) throws(TensorError) -> Tensor {
    try choose(
      "minimum", left, right, result: { $0.fill { $0 > $1 || $1 != $1 ? $1 : $0 } },
      isRight: { $0.fill { $0 > $1 || $1 != $1 ? 1 : 0 } })
  }

  /// Two tensors of which one gives each element: `result` fills that in, `isRight` 1 where it is the
  /// right one's, else 0.
  private static func choose(
    _ name: StaticString, _ left: Tensor, _ right: Tensor,
    result: @Sendable (PairSlice) -> Void, isRight: @escaping @Sendable (PairSlice) -> Void
  ) throws(TensorError) -> Tensor {
    let chosen = try broadcast(left, right, result)
    let (savedLeft, savedRight) = (left.detached, right.detached)
    return recorded(name, inputs: [left, right], output: chosen) { gradient in
      let isRight = try broadcast(savedLeft, savedRight, isRight)
      let byLeft = gradient.zipped(with: isRight) { $0.fill { $1 == 0 ? $0 : 0 } }
      let byRight = gradient.zipped(with: isRight) { $0.fill { $1 == 0 ? 0 : $0 } }
      return [
        byLeft.reducedSum(toBroadcast: savedLeft.shape),
        byRight.reducedSum(toBroadcast: savedRight.shape),
      ]
    }
  }
}
