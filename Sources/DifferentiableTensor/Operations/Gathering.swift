internal import CombinatorialKernels

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
    nonisolated(unsafe) let (source, target) = (storage.base, result.storage.base)
    forEachRow(outer * indices.count, ofCount: inner) { row in
      let (item, place) = row.quotientAndRemainder(dividingBy: indices.count)
      (target + row * inner)
        .update(from: source + (item * extent + Int(indices[place])) * inner, count: inner)
    }
    let inputShape = shape
    return Tensor.recorded("gathered", inputs: [self], output: result) { gradient in
      let sums = try Tensor.zeros(inputShape)
      nonisolated(unsafe) let (rows, target) = (gradient.storage.base, sums.storage.base)
      // By columns, so that each sum is added up in the order of the indices.
      let rowCount = Swift.max(1, outer * indices.count)
      let minimumSlice = Swift.max(1, ElementSlice.minimumCount / rowCount)
      Parallel.forEachSlice(of: inner, minimumSlice: minimumSlice) { columns in
        for item in 0..<outer {
          for (place, index) in indices.enumerated() {
            let source = rows + (item * indices.count + place) * inner
            let sum = target + (item * extent + Int(index)) * inner
            for column in columns { sum[column] += source[column] }
          }
        }
      }
      return [sums]
    }
  }

  /// The untracked elements along the first axis at indices that are known to be in its range.
  package func items(at indices: [Int]) -> Tensor {
    let result = Tensor(uninitialized: [indices.count] + shape.dropFirst())
    let length = shape.dropFirst().reduce(1, *)
    nonisolated(unsafe) let (source, target) = (storage.base, result.storage.base)
    forEachRow(indices.count, ofCount: length) { place in
      (target + place * length).update(from: source + indices[place] * length, count: length)
    }
    return result
  }
}
