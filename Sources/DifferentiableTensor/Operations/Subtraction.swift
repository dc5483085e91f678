extension Tensor {
  /// The difference of two tensors under broadcasting. Gradient: g and -g, summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func - (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    let result = try broadcast(left, right) { $0.fill { $0 - $1 } }
    let (leftShape, rightShape) = (left.shape, right.shape)
    let needsRight = right.isTracked
    return recorded("-", inputs: [left, right], output: result) { gradient in
      [
        gradient.reducedSum(toBroadcast: leftShape),
        needsRight ? -gradient.reducedSum(toBroadcast: rightShape) : nil,
      ]
    }
  }

  /// Subtracts a number from every element. Gradient: g.
  public static func - (left: Tensor, right: Float) -> Tensor {
    recorded("-", inputs: [left], output: left.mapped { $0.fill { $0 - right } }) { [$0] }
  }

  /// Subtracts every element from a number. Gradient: -g.
  public static func - (left: Float, right: Tensor) -> Tensor {
    recorded("-", inputs: [right], output: right.mapped { $0.fill { left - $0 } }) { [-$0] }
  }

  /// The negative of every element. Gradient: -g.
  public static prefix func - (operand: Tensor) -> Tensor {
    recorded("-", inputs: [operand], output: operand.mapped { $0.fill { -$0 } }) { [-$0] }
  }
}
