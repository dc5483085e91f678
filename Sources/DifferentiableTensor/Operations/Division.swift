extension Tensor {
  /// The quotient of two tensors element by element, under broadcasting. Gradient: g / right and
  /// -g * left / right^2, summed over repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.sizeOverflow`.
  public static func / (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    let result = try broadcast(left, right) { $0.fill { $0 / $1 } }
    let (quotient, divisor) = (result, right.detached)
    let leftShape = left.shape
    let (needsLeft, needsRight) = (left.isTracked, right.isTracked)
    return recorded("/", inputs: [left, right], output: result) { gradient in
      let scaled = try gradient / divisor
      return [
        needsLeft ? scaled.reducedSum(toBroadcast: leftShape) : nil,
        needsRight
          ? -(try (scaled * quotient).reducedSum(toBroadcast: divisor.shape)) : nil,
      ]
    }
  }

  /// Divides every element by a number. Gradient: g / right.
  public static func / (left: Tensor, right: Float) -> Tensor {
    recorded("/", inputs: [left], output: left.mapped { $0.fill { $0 / right } }) { [$0 / right] }
  }

  /// Divides a number by every element. Gradient: -g * left / right^2.
  public static func / (left: Float, right: Tensor) -> Tensor {
    let result = right.mapped { $0.fill { left / $0 } }
    let divisor = right.detached
    return recorded("/", inputs: [right], output: result) { gradient in
      [-(try gradient * result / divisor)]
    }
  }
}
