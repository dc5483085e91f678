internal import CombinatorialKernels

/// Sums over the middle axis of a contiguous [outer, extent, inner].
///
/// Everything is added up in double precision, in blocks whose size depends on the shape alone, so
/// that a sum is the same on any number of threads.
enum ReductionLoops {
  /// Scalars in one block of partial sums.
  static let blockSize = 1 << 15

  /// output[o, i] = scale * sum over e of input[o, e, i].
  static func sum(
    _ input: UnsafePointer<Float>, outer: Int, extent: Int, inner: Int,
    scale: Double, into output: UnsafeMutablePointer<Float>
  ) {
    let rowsPerBlock = max(1, blockSize / max(1, inner))
    let blocksPerItem = max(1, (extent + rowsPerBlock - 1) / rowsPerBlock)
    let blockCount = outer * blocksPerItem
    let partialSums = UnsafeMutablePointer<Double>.allocate(capacity: max(1, blockCount * inner))
    defer { partialSums.deallocate() }
    nonisolated(unsafe) let (input, partials) = (input, partialSums)
    let minimumBlocks = max(1, 2 * blockSize / max(1, min(extent, rowsPerBlock) * inner))
    Parallel.forEachSlice(of: blockCount, minimumSlice: minimumBlocks) { blocks in
      for block in blocks {
        let (item, part) = block.quotientAndRemainder(dividingBy: blocksPerItem)
        let rows = part * rowsPerBlock..<min(extent, (part + 1) * rowsPerBlock)
        let start = input + (item * extent + rows.lowerBound) * inner
        sumRows(start, rows: rows.count, inner: inner, into: partials + block * inner)
      }
    }
    for item in 0..<outer {
      for column in 0..<inner {
        var sum = 0.0
        for part in 0..<blocksPerItem {
          sum += partialSums[(item * blocksPerItem + part) * inner + column]
        }
        output[item * inner + column] = Float(scale * sum)
      }
    }
  }

  private static func sumRows(
    _ input: UnsafePointer<Float>, rows: Int, inner: Int,
    into sums: UnsafeMutablePointer<Double>
  ) {
    if inner == 1 {
      sums[0] = sum(input, count: rows)
      return
    }
    sums.update(repeating: 0, count: inner)
    for row in 0..<rows {
      let source = input + row * inner
      for column in 0..<inner { sums[column] += Double(source[column]) }
    }
  }

  /// The sum of contiguous scalars, in eight lanes.
  static func sum(_ input: UnsafePointer<Float>, count: Int) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var (e, f, g, h) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    while index + 8 <= count {
      let lanes = input + index
      a += Double(lanes[0])
      b += Double(lanes[1])
      c += Double(lanes[2])
      d += Double(lanes[3])
      e += Double(lanes[4])
      f += Double(lanes[5])
      g += Double(lanes[6])
      h += Double(lanes[7])
      index += 8
    }
    while index < count {
      a += Double(input[index])
      index += 1
    }
    return ((a + e) + (b + f)) + ((c + g) + (d + h))
  }
}

extension Tensor {
  /// The untracked sum over the axes that `mask` marks, times `scale`, with extents of 1 there.
  /// One group of neighbouring axes is summed at a time, the last first, as it is contiguous.
  func reducedSum(over mask: [Bool], scale: Double = 1) -> Tensor {
    var current = detached
    var remainingScale = scale
    var axis = rank
    while axis > 0 {
      let end = axis
      while axis > 0, mask[axis - 1] { axis -= 1 }
      if axis < end {
        current = current.reducedSum(overGroup: axis..<end, scale: remainingScale)
        remainingScale = 1
      }
      axis -= 1
    }
    return remainingScale == 1 ? current : current.mapped { $0 * Float(scale) }
  }

  private func reducedSum(overGroup axes: Range<Int>, scale: Double) -> Tensor {
    var reducedShape = shape
    for axis in axes { reducedShape[axis] = 1 }
    let result = Tensor(uninitialized: reducedShape)
    ReductionLoops.sum(
      storage.base, outer: shape[..<axes.lowerBound].reduce(1, *),
      extent: shape[axes].reduce(1, *), inner: shape[axes.upperBound...].reduce(1, *),
      scale: scale, into: result.storage.base)
    return result
  }

  /// The untracked sum over the axes along which a tensor of `target` was broadcast to this shape.
  func reducedSum(toBroadcast target: [Int]) -> Tensor {
    if target == shape { return detached }
    let lead = rank - target.count
    let mask = shape.indices.map { axis in
      axis < lead || (target[axis - lead] == 1 && shape[axis] != 1)
    }
    return Tensor(shape: target, storage: reducedSum(over: mask).storage)
  }
}
