internal import CombinatorialKernels

extension Tensor {
  /// An untracked tensor of pairs of scalars combined under broadcasting.
  @inline(__always)
  static func broadcast(
    _ left: Tensor, _ right: Tensor, _ combine: @Sendable (Float, Float) -> Float
  ) throws(TensorError) -> Tensor {
    if left.shape == right.shape { return left.zipped(with: right, combine) }
    let plan = try BroadcastPlan(left.shape, right.shape)
    let result = Tensor(uninitialized: plan.shape)
    if result.count > 0 {
      combineRows(plan, left.storage.base, right.storage.base, into: result.storage.base, combine)
    }
    return result
  }

  /// Cuts along the rows, or along the only row.
  @inline(__always)
  static func combineRows(
    _ plan: BroadcastPlan, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, _ combine: @Sendable (Float, Float) -> Float
  ) {
    nonisolated(unsafe) let (left, right, output) = (left, right, output)
    let rowCount = plan.outerCount
    if rowCount == 1 {
      Parallel.forEachSlice(of: plan.innerExtent, minimumSlice: ElementLoops.minimumSlice) {
        combineRow(plan, $0, left, right, output, combine)
      }
      return
    }
    let minimumRows = Swift.max(1, ElementLoops.minimumSlice / plan.innerExtent)
    Parallel.forEachSlice(of: rowCount, minimumSlice: minimumRows) { rows in
      for row in rows {
        let offsets = plan.offsets(ofRow: row)
        combineRow(
          plan, 0..<plan.innerExtent, left + offsets.left, right + offsets.right,
          output + row * plan.innerExtent, combine)
      }
    }
  }

  @inline(__always)
  private static func combineRow(
    _ plan: BroadcastPlan, _ range: Range<Int>, _ left: UnsafePointer<Float>,
    _ right: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    _ combine: (Float, Float) -> Float
  ) {
    switch (plan.leftInnerStride, plan.rightInnerStride) {
    case (0, _):
      let scalar = left[0]
      for index in range { output[index] = combine(scalar, right[index]) }
    case (_, 0):
      let scalar = right[0]
      for index in range { output[index] = combine(left[index], scalar) }
    default:
      for index in range { output[index] = combine(left[index], right[index]) }
    }
  }
}
