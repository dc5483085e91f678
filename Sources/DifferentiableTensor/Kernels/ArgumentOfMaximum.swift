internal import CombinatorialKernels

/// The position along the middle axis of a contiguous [outer, extent, inner] at which each maximum
/// is: the first of equal ones; the first NaN if there is one. The extent is at least 1.
enum ArgumentOfMaximum {
  static func positions(
    _ input: UnsafePointer<Float>, outer: Int, extent: Int, inner: Int
  ) -> [Int32] {
    [Int32](uninitializedCount: outer * inner) { buffer, count in
      count = outer * inner
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let (input, output) = (input, base)
      let minimumSlice = max(1, ElementSlice.minimumCount / (extent * inner))
      Parallel.forEachSlice(of: outer, minimumSlice: minimumSlice) { items in
        for item in items {
          for column in 0..<inner {
            output[item * inner + column] = position(
              input + item * extent * inner + column, extent: extent, stride: inner)
          }
        }
      }
    }
  }

  private static func position(
    _ input: UnsafePointer<Float>, extent: Int, stride: Int
  ) -> Int32 {
    var (best, position) = (input[0], 0)
    for index in 1..<max(1, extent) {
      let value = input[index * stride]
      // Not "value <= best" is true for a NaN as well.
      if !(value <= best), best == best { (best, position) = (value, index) }
    }
    return Int32(truncatingIfNeeded: position)
  }
}
