/// Checked arithmetic on shapes.
enum Shape {
  /// The product of the extents. That of the extents other than 0 has to fit as well: loops multiply
  /// some of them.
  static func elementCount(_ shape: [Int]) throws(TensorError) -> Int {
    guard shape.allSatisfy({ $0 >= 0 }) else { throw .negativeExtent(shape: shape) }
    var count = 1
    for extent in shape where extent != 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .sizeOverflow(shape: shape) }
      count = product
    }
    // A byte count, rounded up to a size class, has to fit too.
    guard count <= Int.max / 16 else { throw .sizeOverflow(shape: shape) }
    return shape.contains(0) ? 0 : count
  }

  /// `axis` counted from the front.
  static func axis(_ axis: Int, rank: Int) throws(TensorError) -> Int {
    guard axis >= -rank, axis < rank else { throw .axisOutOfRange(axis: axis, rank: rank) }
    return axis < 0 ? axis + rank : axis
  }

  /// For each axis of a tensor of this rank, whether `axes` names it.
  static func mask(of axes: [Int], rank: Int) throws(TensorError) -> [Bool] {
    var mask = [Bool](repeating: false, count: rank)
    for axis in axes {
      let position = try Shape.axis(axis, rank: rank)
      guard !mask[position] else { throw .repeatedAxis(axis: axis, rank: rank) }
      mask[position] = true
    }
    return mask
  }

  /// The shape that both shapes broadcast to: aligned at the last axis, extents of 1 repeat.
  static func broadcast(_ left: [Int], _ right: [Int]) throws(TensorError) -> [Int] {
    if left == right { return left }
    let rank = max(left.count, right.count)
    var shape = [Int](repeating: 1, count: rank)
    for axis in 1...max(1, rank) where axis <= rank {
      let leftExtent = axis <= left.count ? left[left.count - axis] : 1
      let rightExtent = axis <= right.count ? right[right.count - axis] : 1
      guard leftExtent == rightExtent || leftExtent == 1 || rightExtent == 1 else {
        throw .shapeMismatch(expected: "a shape that broadcasts with \(left)", found: right)
      }
      shape[rank - axis] = leftExtent == 1 ? rightExtent : leftExtent
    }
    _ = try elementCount(shape)
    return shape
  }

  /// The distance in scalars between neighbors along each axis, in row-major order.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }
}
