extension Tensor {
  /// The elements whose index along an axis is in `range`; copies. Gradient: g in its place, zeros
  /// elsewhere.
  ///
  /// - Parameters:
  ///   - range: Within `0 ..< shape[axis]`.
  ///   - axis: A negative one counts from the end.
  /// - Returns: A tensor whose extent along `axis` is the length of the range.
  /// - Throws: `TensorError.axisOutOfRange`, `.rangeOutOfBounds`.
  public func sliced(_ range: Range<Int>, axis: Int = 0) throws(TensorError) -> Tensor {
    let position = try Shape.axis(axis, rank: rank)
    guard range.lowerBound >= 0, range.upperBound <= shape[position] else {
      throw .rangeOutOfBounds(range: range, extent: shape[position])
    }
    let inputShape = shape
    return Tensor.recorded("sliced", inputs: [self], output: part(range, axis: position)) {
      [$0.padded(to: inputShape, from: range.lowerBound, axis: position)]
    }
  }

  /// The untracked slice, of a range that is known to fit.
  func part(_ range: Range<Int>, axis: Int) -> Tensor {
    var partShape = shape
    partShape[axis] = range.count
    let result = Tensor(uninitialized: partShape)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let (row, length) = (shape[axis] * inner, range.count * inner)
    nonisolated(unsafe) let (source, target) = (storage.base, result.storage.base)
    forEachRow(shape[..<axis].reduce(1, *), ofCount: length) { item in
      (target + item * length)
        .update(from: source + item * row + range.lowerBound * inner, count: length)
    }
    return result
  }

  /// The untracked tensor of zeros of which this one is a slice.
  private func padded(to paddedShape: [Int], from start: Int, axis: Int) -> Tensor {
    let result = Tensor(uninitialized: paddedShape)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let (row, length) = (paddedShape[axis] * inner, shape[axis] * inner)
    let tail = row - start * inner - length
    nonisolated(unsafe) let (source, padded) = (storage.base, result.storage.base)
    forEachRow(shape[..<axis].reduce(1, *), ofCount: row) { item in
      let target = padded + item * row
      target.update(repeating: 0, count: start * inner)
      (target + start * inner).update(from: source + item * length, count: length)
      (target + start * inner + length).update(repeating: 0, count: tail)
    }
    return result
  }
}
