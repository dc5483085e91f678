internal import CombinatorialKernels

/// Loops over contiguous scalars, inlined with their bodies so that the optimiser vectorises them.
enum ElementLoops {
  /// Slices below this many scalars cost more to start than they save.
  static let minimumSlice = 1 << 16

  /// output[i] = transform(input[i]). The output may be the input.
  @inline(__always)
  static func map(
    _ count: Int, _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    _ transform: @Sendable (Float) -> Float
  ) {
    nonisolated(unsafe) let (input, output) = (input, output)
    Parallel.forEachSlice(of: count, minimumSlice: minimumSlice) { slice in
      for index in slice { output[index] = transform(input[index]) }
    }
  }

  /// output[i] = combine(left[i], right[i]). The output may be one of the inputs.
  @inline(__always)
  static func zip(
    _ count: Int, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, _ combine: @Sendable (Float, Float) -> Float
  ) {
    nonisolated(unsafe) let (left, right, output) = (left, right, output)
    Parallel.forEachSlice(of: count, minimumSlice: minimumSlice) { slice in
      for index in slice { output[index] = combine(left[index], right[index]) }
    }
  }
}

extension Tensor {
  /// An untracked tensor of the transformed scalars.
  @inline(__always)
  func mapped(_ transform: @Sendable (Float) -> Float) -> Tensor {
    let result = Tensor(uninitialized: shape)
    ElementLoops.map(count, storage.base, into: result.storage.base, transform)
    return result
  }

  /// An untracked tensor of pairs of scalars combined; `other` has the same shape.
  @inline(__always)
  func zipped(
    with other: Tensor, _ combine: @Sendable (Float, Float) -> Float
  ) -> Tensor {
    let result = Tensor(uninitialized: shape)
    ElementLoops.zip(
      count, storage.base, other.storage.base, into: result.storage.base, combine)
    return result
  }
}
