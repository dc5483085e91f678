internal import CombinatorialKernels

// An operation on single elements is written as `mapped { $0.fill { expf($0) } }`. The outer closure
// is called once per slice. The inner one is passed straight to an inlined loop: the optimizer
// vectorizes that, while it would not look through a closure that the outer one captures.

/// Consecutive elements of a tensor and of the result.
struct ElementSlice {
  let count: Int
  let input: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>

  /// Slices below this many elements cost more to start than they save.
  static let minimumCount = 1 << 16

  /// output[i] = transform(input[i])
  @inline(__always)
  func fill(_ transform: (Float) -> Float) {
    let (input, output) = (input, output)
    forEachIndex(count) { output[$0] = transform(input[$0]) }
  }
}

/// Consecutive elements of the result and the elements of two tensors that they are made from, one of
/// which may be the same for all.
struct PairSlice {
  let count: Int
  let left: UnsafePointer<Float>
  let right: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  var leftRepeats = false
  var rightRepeats = false

  /// output[i] = combine(left[i], right[i])
  @inline(__always)
  func fill(_ combine: (Float, Float) -> Float) {
    let (left, right, output) = (left, right, output)
    if leftRepeats {
      let value = left[0]
      forEachIndex(count) { output[$0] = combine(value, right[$0]) }
    } else if rightRepeats {
      let value = right[0]
      forEachIndex(count) { output[$0] = combine(left[$0], value) }
    } else {
      forEachIndex(count) { output[$0] = combine(left[$0], right[$0]) }
    }
  }
}

/// Calls `body` with 0 ..< count. Optimized, it is the same as iterating over the range; in a debug
/// build it is several times as fast.
@inline(__always)
func forEachIndex(_ count: Int, _ body: (Int) -> Void) {
  var index = 0
  while index < count {
    body(index)
    index &+= 1
  }
}

/// Calls `body` with 0 ..< rows, each of which copies or fills `count` scalars, on several threads.
func forEachRow(_ rows: Int, ofCount count: Int, _ body: @Sendable (Int) -> Void) {
  let minimumSlice = max(1, ElementSlice.minimumCount / max(1, count))
  Parallel.forEachSlice(of: rows, minimumSlice: minimumSlice) { slice in
    for row in slice { body(row) }
  }
}

extension Tensor {
  /// An untracked tensor in this shape, filled slice by slice.
  func mapped(_ fill: @Sendable (ElementSlice) -> Void) -> Tensor {
    let result = Tensor(uninitialized: shape)
    nonisolated(unsafe) let (input, output) = (storage.base, result.storage.base)
    Parallel.forEachSlice(of: count, minimumSlice: ElementSlice.minimumCount) { slice in
      fill(
        ElementSlice(
          count: slice.count, input: input + slice.lowerBound, output: output + slice.lowerBound))
    }
    return result
  }

  /// An untracked tensor of this shape, which is also that of `other`, filled slice by slice.
  func zipped(with other: Tensor, _ fill: @Sendable (PairSlice) -> Void) -> Tensor {
    let result = Tensor(uninitialized: shape)
    Tensor.fillPairs(count, storage.base, other.storage.base, into: result.storage.base, fill)
    return result
  }

  /// As ``zipped(with:_:)``, into an output that may be one of the inputs.
  static func fillPairs(
    _ count: Int, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, _ fill: @Sendable (PairSlice) -> Void
  ) {
    nonisolated(unsafe) let (left, right, output) = (left, right, output)
    Parallel.forEachSlice(of: count, minimumSlice: ElementSlice.minimumCount) { slice in
      let start = slice.lowerBound
      fill(
        PairSlice(
          count: slice.count, left: left + start, right: right + start, output: output + start))
    }
  }

  /// An untracked tensor in the shape that two tensors broadcast to, filled row by row.
  static func broadcast(
    _ left: Tensor, _ right: Tensor, _ fill: @Sendable (PairSlice) -> Void
  ) throws(TensorError) -> Tensor {
    if left.shape == right.shape { return left.zipped(with: right, fill) }
    let plan = try BroadcastPlan(left.shape, right.shape)
    let result = Tensor(uninitialized: plan.shape)
    plan.run(left.storage.base, right.storage.base, into: result.storage.base, fill)
    return result
  }
}
