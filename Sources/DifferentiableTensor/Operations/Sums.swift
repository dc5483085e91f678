extension Tensor {
  /// The sum of all elements, in double precision; 0 for none. Gradient: g everywhere.
  public func sum() -> Tensor { scaledSum(over: shape.map { _ in true }, scale: 1) }

  /// The mean of all elements, in double precision; NaN for none. Gradient: g / count everywhere.
  public func mean() -> Tensor {
    scaledSum(over: shape.map { _ in true }, scale: 1 / Double(count))
  }

  /// The sum over `axes`, in double precision. Gradient: g, repeated.
  ///
  /// - Parameters:
  ///   - axes: Distinct axes; negative ones count from the end. None: nothing is summed.
  ///   - keepingDimensions: Whether the result has extents of 1 at `axes` instead of lacking them.
  /// - Returns: A tensor of the extents at the other axes.
  /// - Throws: `TensorError.axisOutOfRange`, `.repeatedAxis`.
  public func sum(axes: [Int], keepingDimensions: Bool = false) throws(TensorError) -> Tensor {
    let mask = try Shape.mask(of: axes, rank: rank)
    return scaledSum(over: mask, scale: 1, keepingDimensions: keepingDimensions)
  }

  /// The mean over `axes`, in double precision; NaN over no elements. Gradient: g / n, repeated.
  ///
  /// - Parameters: As for ``sum(axes:keepingDimensions:)``.
  /// - Throws: `TensorError.axisOutOfRange`, `.repeatedAxis`.
  public func mean(axes: [Int], keepingDimensions: Bool = false) throws(TensorError) -> Tensor {
    let mask = try Shape.mask(of: axes, rank: rank)
    return scaledSum(
      over: mask, scale: 1 / Double(shape.count(of: mask)), keepingDimensions: keepingDimensions)
  }

  /// The variance over `axes`: the mean squared deviation from the mean, divided by the number of
  /// elements n and not by n - 1, added up in double precision; NaN over no elements. Gradient:
  /// g * 2 (x - mean) / n.
  ///
  /// - Parameters: As for ``sum(axes:keepingDimensions:)``.
  /// - Throws: `TensorError.axisOutOfRange`, `.repeatedAxis`.
  public func variance(axes: [Int], keepingDimensions: Bool = false) throws(TensorError) -> Tensor {
    let mask = try Shape.mask(of: axes, rank: rank)
    let scale = 1 / Double(shape.count(of: mask))
    let mean = reducedSum(over: mask, scale: scale)
    let squares = try Tensor.broadcast(self, mean) { $0.fill { ($0 - $1) * ($0 - $1) } }
    let variance = squares.reducedSum(over: mask, scale: scale)
    let resultShape = keepingDimensions ? variance.shape : variance.shape.removing(mask)
    let input = detached
    return Tensor.recorded(
      "variance", inputs: [self], output: Tensor(shape: resultShape, storage: variance.storage)
    ) { gradient in
      let scaled = gradient * Float(2 * scale)
      let deviation = try Tensor.broadcast(input, mean) { $0.fill { $0 - $1 } }
      return [try deviation * Tensor(shape: mean.shape, storage: scaled.storage)]
    }
  }

  private func scaledSum(
    over mask: [Bool], scale: Double, keepingDimensions: Bool = false
  ) -> Tensor {
    let sums = reducedSum(over: mask, scale: scale)
    let resultShape = keepingDimensions ? sums.shape : sums.shape.removing(mask)
    let inputShape = shape
    return Tensor.recorded(
      "sum", inputs: [self], output: Tensor(shape: resultShape, storage: sums.storage)
    ) { gradient in
      let scaled = scale == 1 ? gradient : gradient * Float(scale)
      return [Tensor(shape: sums.shape, storage: scaled.storage).repeated(to: inputShape)]
    }
  }
}
