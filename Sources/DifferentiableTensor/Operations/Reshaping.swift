extension Tensor {
  /// The same scalars in the same order in another shape; nothing is copied. Gradient: g reshaped.
  ///
  /// - Parameter newShape: One extent may be -1 and then follows from the others.
  /// - Returns: A tensor that shares its scalars with this one.
  /// - Throws: `TensorError.shapeMismatch`, `.negativeExtent`, `.sizeOverflow`.
  public func reshaped(_ newShape: [Int]) throws(TensorError) -> Tensor {
    let resolved = try resolve(newShape)
    guard try Shape.elementCount(resolved) == count else {
      throw .shapeMismatch(expected: "a shape that holds the scalars of \(newShape)", found: shape)
    }
    let oldShape = shape
    return Tensor.recorded(
      "reshaped", inputs: [self], output: Tensor(shape: resolved, storage: storage)
    ) { [Tensor(shape: oldShape, storage: $0.storage)] }
  }

  private func resolve(_ newShape: [Int]) throws(TensorError) -> [Int] {
    guard let free = newShape.firstIndex(of: -1) else { return newShape }
    var resolved = newShape
    resolved[free] = 1
    let known = try Shape.elementCount(resolved)
    guard known > 0, count % known == 0 else {
      throw .shapeMismatch(expected: "a shape that holds the scalars of \(newShape)", found: shape)
    }
    resolved[free] = count / known
    return resolved
  }

  /// The axes from `axis` on as one; nothing is copied. Gradient: g reshaped.
  ///
  /// - Parameter axis: The first axis to join; 0 gives a vector.
  /// - Returns: A tensor of `axis + 1` axes that shares its scalars with this one.
  /// - Throws: `TensorError.axisOutOfRange`; a scalar can only be flattened from axis 0.
  public func flattened(fromAxis axis: Int = 0) throws(TensorError) -> Tensor {
    let first = rank == 0 && axis == 0 ? 0 : try Shape.axis(axis, rank: rank)
    return try reshaped(Array(shape[..<first]) + [shape[first...].reduce(1, *)])
  }
}
