extension Tensor {
  /// The product of two tensors element by element, under broadcasting. Gradient: g * right and
  /// g * left, summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func * (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    let result = try broadcast(left, right) { $0.fill { $0 * $1 } }
    let (savedLeft, savedRight) = (left.detached, right.detached)
    let (needsLeft, needsRight) = (left.isTracked, right.isTracked)
    return recorded("*", inputs: [left, right], output: result) { gradient in
      [
        needsLeft ? try (gradient * savedRight).reducedSum(toBroadcast: savedLeft.shape) : nil,
        needsRight ? try (gradient * savedLeft).reducedSum(toBroadcast: savedRight.shape) : nil,
      ]
    }
  }

  /// Multiplies every element by a number. Gradient: g * right.
  public static func * (left: Tensor, right: Float) -> Tensor {
    recorded("*", inputs: [left], output: left.mapped { $0.fill { $0 * right } }) { [$0 * right] }
  }

  /// Multiplies every element by a number. Gradient: g * left.
  public static func * (left: Float, right: Tensor) -> Tensor { right * left }
}
