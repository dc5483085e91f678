extension Tensor {
  /// The greatest element; NaN if one is NaN. Gradient: g at the first greatest element, else 0.
  ///
  /// - Throws: `TensorError.emptyReduction`.
  public func max() throws(TensorError) -> Tensor { try max(axes: Array(0..<rank)) }

  /// The least element; NaN if one is NaN. Gradient: g at the first least element, else 0.
  ///
  /// - Throws: `TensorError.emptyReduction`.
  public func min() throws(TensorError) -> Tensor { try min(axes: Array(0..<rank)) }

  /// The greatest elements over `axes`; NaN where one is NaN. Gradient: g at the first greatest
  /// element, in row-major order, of each group, else 0.
  ///
  /// - Parameters: As for ``sum(axes:keepingDimensions:)``.
  /// - Throws: `TensorError.axisOutOfRange`, `.repeatedAxis`, `.emptyReduction`, `.sizeOverflow` from
  ///   2^31 elements in a group.
  public func max(axes: [Int], keepingDimensions: Bool = false) throws(TensorError) -> Tensor {
    let mask = try Shape.mask(of: axes, rank: rank)
    let groups = mask.groups
    let maxima: Tensor
    if groups.count <= 1 {
      maxima = try max(overGroup: groups.first ?? rank..<rank)
    } else {
      // The reduced axes go last, in their order, which keeps the first element of a group first.
      let kept = shape.indices.filter { !mask[$0] }
      let ordered = try permuted(kept + shape.indices.filter { mask[$0] })
      maxima = try ordered.max(overGroup: kept.count..<rank)
    }
    return try maxima.reshaped(
      keepingDimensions ? zip(shape, mask).map { $1 ? 1 : $0 } : shape.removing(mask))
  }

  /// The least elements over `axes`; NaN where one is NaN. Gradient: g at the first least element, in
  /// row-major order, of each group, else 0.
  ///
  /// - Parameters: As for ``sum(axes:keepingDimensions:)``.
  /// - Throws: As ``max(axes:keepingDimensions:)``.
  public func min(axes: [Int], keepingDimensions: Bool = false) throws(TensorError) -> Tensor {
    -(try (-self).max(axes: axes, keepingDimensions: keepingDimensions))
  }

  /// The index along an axis of each greatest element, the first of equal ones; of the first NaN if
  /// there is one. Not differentiable.
  ///
  /// - Parameter axis: A negative one counts from the end.
  /// - Returns: Indices in the row-major order of the other axes.
  /// - Throws: `TensorError.axisOutOfRange`, `.emptyReduction`, `.sizeOverflow` from 2^31 elements
  ///   along the axis.
  public func argmax(axis: Int) throws(TensorError) -> [Int32] {
    let position = try Shape.axis(axis, rank: rank)
    return try positionsOfMaxima(overGroup: position..<position + 1)
  }

  private func positionsOfMaxima(overGroup axes: Range<Int>) throws(TensorError) -> [Int32] {
    let (outer, extent, inner) = extents(around: axes)
    guard extent <= Int(Int32.max) else { throw .sizeOverflow(shape: shape) }
    guard outer * inner > 0 else { return [] }
    guard extent > 0 else { throw .emptyReduction(shape: shape) }
    return ArgumentOfMaximum.positions(storage.base, outer: outer, extent: extent, inner: inner)
  }

  /// The maxima over neighboring axes, as [outer, inner].
  private func max(overGroup axes: Range<Int>) throws(TensorError) -> Tensor {
    let positions = try positionsOfMaxima(overGroup: axes)
    let (outer, extent, inner) = extents(around: axes)
    let result = Tensor(uninitialized: [outer, inner])
    for (index, position) in positions.enumerated() {
      let (item, column) = index.quotientAndRemainder(dividingBy: inner)
      result.storage.base[index] =
        storage.base[
          (item * extent + Int(position)) * inner + column]
    }
    let inputShape = shape
    return Tensor.recorded("max", inputs: [self], output: result) { gradient in
      let spread = try Tensor.zeros(inputShape)
      for (index, position) in positions.enumerated() {
        let (item, column) = index.quotientAndRemainder(dividingBy: inner)
        spread.storage.base[(item * extent + Int(position)) * inner + column] =
          gradient.storage.base[index]
      }
      return [spread]
    }
  }
}
