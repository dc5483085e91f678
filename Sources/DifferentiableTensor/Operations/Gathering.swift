extension Tensor {
  /// The elements at the given indices along an axis; an index may come several times; copies.
  /// Gradient: g added up at each index, in the order of `indices`.
  ///
  /// To pick single elements, flatten first and gather at their row-major positions.
  ///
  /// - Parameters:
  ///   - indices: Each in `0 ..< shape[axis]`.
  ///   - axis: A negative one counts from the end.
  /// - Returns: A tensor whose extent along `axis` is the number of indices.
  /// - Throws: `TensorError.axisOutOfRange`, `.indexOutOfRange`, `.sizeOverflow`.
  public func gathered(at indices: [Int32], axis: Int = 0) throws(TensorError) -> Tensor {
    let position = try Shape.axis(axis, rank: rank)
    let extent = shape[position]
    for (place, index) in indices.enumerated() where index < 0 || Int(index) >= extent {
      throw .indexOutOfRange(position: place, index: Int(index), extent: extent)
    }
    let (outer, _, inner) = extents(around: position..<position + 1)
    var resultShape = shape
    resultShape[position] = indices.count
    _ = try Shape.elementCount(resultShape)
    let result = Tensor(uninitialized: resultShape)
    for item in 0..<outer {
      for (place, index) in indices.enumerated() {
        (result.storage.base + (item * indices.count + place) * inner)
          .update(from: storage.base + (item * extent + Int(index)) * inner, count: inner)
      }
    }
    let inputShape = shape
    return Tensor.recorded("gathered", inputs: [self], output: result) { gradient in
      let sums = try Tensor.zeros(inputShape)
      for item in 0..<outer {
        for (place, index) in indices.enumerated() {
          let source = gradient.storage.base + (item * indices.count + place) * inner
          let target = sums.storage.base + (item * extent + Int(index)) * inner
          for column in 0..<inner { target[column] += source[column] }
        }
      }
      return [sums]
    }
  }
}
