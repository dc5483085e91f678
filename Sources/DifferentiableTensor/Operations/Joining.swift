extension Tensor {
  /// The tensors one after the other along an axis; copies. Gradient: the part of g that came from
  /// each.
  ///
  /// - Parameters:
  ///   - tensors: At least one; they agree in every extent but that of `axis`.
  ///   - axis: The axis that grows; a negative one counts from the end.
  /// - Returns: A tensor whose extent of `axis` is the sum of theirs.
  /// - Throws: `TensorError.emptyList`, `.axisOutOfRange`, `.shapeMismatch`, `.sizeOverflow`.
  public static func concatenated(
    _ tensors: [Tensor], axis: Int = 0
  ) throws(TensorError) -> Tensor {
    guard let first = tensors.first else { throw .emptyList(operation: "concatenated") }
    let position = try Shape.axis(axis, rank: first.rank)
    var shape = first.shape
    for tensor in tensors.dropFirst() {
      guard tensor.rank == first.rank,
        first.shape.indices.allSatisfy({ $0 == position || tensor.shape[$0] == first.shape[$0] })
      else {
        throw .shapeMismatch(
          expected: "the shape \(first.shape) but for axis \(position)", found: tensor.shape)
      }
      let (extent, overflow) = shape[position].addingReportingOverflow(tensor.shape[position])
      guard !overflow else { throw .sizeOverflow(shape: tensor.shape) }
      shape[position] = extent
    }
    _ = try Shape.elementCount(shape)
    let result = joined(tensors, axis: position, shape: shape)
    let extents = tensors.map { $0.shape[position] }
    return recorded("concatenated", inputs: tensors, output: result) { gradient in
      var start = 0
      return extents.map { extent in
        defer { start += extent }
        return gradient.part(start..<start + extent, axis: position)
      }
    }
  }

  /// Tensors of one shape along a new axis; copies. Gradient: the part of g that came from each.
  ///
  /// - Parameters:
  ///   - tensors: At least one.
  ///   - axis: Where the new axis is in the result; a negative one counts from the end.
  /// - Returns: A tensor with one axis more, whose extent is their number.
  /// - Throws: `TensorError.emptyList`, `.axisOutOfRange`, `.shapeMismatch`, `.sizeOverflow`.
  public static func stacked(_ tensors: [Tensor], axis: Int = 0) throws(TensorError) -> Tensor {
    guard let first = tensors.first else { throw .emptyList(operation: "stacked") }
    let position = try Shape.axis(axis, rank: first.rank + 1)
    var shape = first.shape
    shape.insert(1, at: position)
    var parts: [Tensor] = []
    for tensor in tensors {
      guard tensor.shape == first.shape else {
        throw .shapeMismatch(expected: "the shape \(first.shape)", found: tensor.shape)
      }
      parts.append(try tensor.reshaped(shape))
    }
    return try concatenated(parts, axis: position)
  }

  /// The untracked concatenation, of tensors that are known to fit.
  private static func joined(_ tensors: [Tensor], axis: Int, shape: [Int]) -> Tensor {
    let result = Tensor(uninitialized: shape)
    let outer = shape[..<axis].reduce(1, *)
    let row = shape[axis...].reduce(1, *)
    var start = 0
    for tensor in tensors {
      let length = tensor.shape[axis...].reduce(1, *)
      nonisolated(unsafe) let (source, target) = (tensor.storage.base, result.storage.base + start)
      forEachRow(outer, ofCount: length) { item in
        (target + item * row).update(from: source + item * length, count: length)
      }
      start += length
    }
    return result
  }
}
