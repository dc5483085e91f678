extension Tensor {
  /// The untracked sum over the axes that `mask` marks, with extents of 1 there, times `scale`, which
  /// is 1 if no axis is marked. One group of neighboring axes is summed at a time, the last first, as
  /// it is contiguous.
  func reducedSum(over mask: [Bool], scale: Double = 1) -> Tensor {
    let groups = mask.groups
    var sums = detached
    for (index, group) in groups.enumerated().reversed() {
      sums = sums.reducedSum(overGroup: group, scale: index == 0 ? scale : 1)
    }
    return sums
  }

  private func reducedSum(overGroup axes: Range<Int>, scale: Double) -> Tensor {
    var reducedShape = shape
    for axis in axes { reducedShape[axis] = 1 }
    let result = Tensor(uninitialized: reducedShape)
    let (outer, extent, inner) = extents(around: axes)
    SumPlan(outer: outer, extent: extent, inner: inner)
      .run(storage.base, scale: scale, into: result.storage.base)
    return result
  }

  /// The untracked sum over the axes along which a tensor of shape `target` was broadcast to this
  /// shape.
  func reducedSum(toBroadcast target: [Int]) -> Tensor {
    if target == shape { return detached }
    let lead = rank - target.count
    let mask = shape.indices.map { axis in
      axis < lead || (target[axis - lead] == 1 && shape[axis] != 1)
    }
    return Tensor(shape: target, storage: reducedSum(over: mask).storage)
  }

  /// The number of scalars along the axes before, in and after a range.
  func extents(around axes: Range<Int>) -> (outer: Int, extent: Int, inner: Int) {
    (
      shape[..<axes.lowerBound].reduce(1, *), shape[axes].reduce(1, *),
      shape[axes.upperBound...].reduce(1, *)
    )
  }
}

extension [Bool] {
  /// The runs of marked positions.
  var groups: [Range<Int>] {
    var groups: [Range<Int>] = []
    for index in indices where self[index] {
      if let last = groups.last, last.upperBound == index {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
      }
    }
    return groups
  }
}

extension [Int] {
  /// The number of scalars along the axes that `mask` marks.
  func count(of mask: [Bool]) -> Int { zip(self, mask).reduce(1) { $1.1 ? $0 * $1.0 : $0 } }

  /// The extents whose axes `mask` does not mark.
  func removing(_ mask: [Bool]) -> [Int] { zip(self, mask).compactMap { $1 ? nil : $0 } }
}
