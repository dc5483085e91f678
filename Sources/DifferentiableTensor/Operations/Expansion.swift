extension Tensor {
  /// The tensor repeated to a shape that it broadcasts to. Gradient: g summed over the repeats.
  ///
  /// - Throws: `TensorError.shapeMismatch`, `.negativeExtent`, `.sizeOverflow`.
  public func expanded(to newShape: [Int]) throws(TensorError) -> Tensor {
    _ = try Shape.elementCount(newShape)
    guard try Shape.broadcast(shape, newShape) == newShape else {
      throw .shapeMismatch(expected: "a tensor that broadcasts to \(newShape)", found: shape)
    }
    let oldShape = shape
    return Tensor.recorded("expanded", inputs: [self], output: repeated(to: newShape)) {
      [$0.reducedSum(toBroadcast: oldShape)]
    }
  }

  /// The untracked repetition to a shape that this one is known to broadcast to.
  func repeated(to newShape: [Int]) -> Tensor {
    if shape == newShape { return detached }
    let result = Tensor(uninitialized: newShape)
    let plan = BroadcastPlan(repeating: shape, to: newShape)
    // The right operand is the result itself, which is not read.
    plan.run(storage.base, result.storage.base, into: result.storage.base) {
      $0.fill { left, _ in left }
    }
    return result
  }
}
