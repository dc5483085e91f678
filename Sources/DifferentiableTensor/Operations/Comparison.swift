extension Tensor {
  /// The greater of two tensors element by element, under broadcasting; NaN where one is NaN.
  /// Gradient: g for the greater, for the left of two equal ones, else 0; summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func maximum(_ left: Tensor, _ right: Tensor) throws(TensorError) -> Tensor {
    try choose("maximum", left, right) { $0 < $1 || $1 != $1 }
  }

  /// The lesser of two tensors element by element, under broadcasting; NaN where one is NaN.
  /// Gradient: g for the lesser, for the left of two equal ones, else 0; summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func minimum(_ left: Tensor, _ right: Tensor) throws(TensorError) -> Tensor {
    try choose("minimum", left, right) { $0 > $1 || $1 != $1 }
  }

  /// The right element where `prefersRight` holds, else the left one.
  @inline(__always)
  private static func choose(
    _ name: StaticString, _ left: Tensor, _ right: Tensor,
    _ prefersRight: @escaping @Sendable (Float, Float) -> Bool
  ) throws(TensorError) -> Tensor {
    let result = try broadcast(left, right) { prefersRight($0, $1) ? $1 : $0 }
    let (savedLeft, savedRight) = (left.detached, right.detached)
    return recorded(name, inputs: [left, right], output: result) { gradient in
      let isRight = try broadcast(savedLeft, savedRight) { prefersRight($0, $1) ? 1 : 0 }
      let byLeft = gradient.zipped(with: isRight) { $1 == 0 ? $0 : 0 }
      let byRight = gradient.zipped(with: isRight) { $1 == 0 ? 0 : $0 }
      return [
        byLeft.reducedSum(toBroadcast: savedLeft.shape),
        byRight.reducedSum(toBroadcast: savedRight.shape),
      ]
    }
  }
}
