extension Tensor {
  /// The sum of two tensors under broadcasting. Gradient: g for each, summed over its repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func + (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    let result = try broadcast(left, right) { $0.fill { $0 + $1 } }
    let (leftShape, rightShape) = (left.shape, right.shape)
    return recorded("+", inputs: [left, right], output: result) { gradient in
      [gradient.reducedSum(toBroadcast: leftShape), gradient.reducedSum(toBroadcast: rightShape)]
    }
  }

  /// Adds a number to every element. Gradient: g.
  public static func + (left: Tensor, right: Float) -> Tensor {
    recorded("+", inputs: [left], output: left.mapped { $0.fill { $0 + right } }) { [$0] }
  }

  /// Adds a number to every element. Gradient: g.
  public static func + (left: Float, right: Tensor) -> Tensor { right + left }
}
