internal import CombinatorialKernels
internal import DifferentiableTensor

/// The loop over a parameter's scalars that optimizers share.
enum UpdateLoop {
  /// Calls `body` with the index of every scalar, in slices on Dispatch for large parameters.
  @inline(__always)
  static func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    Parallel.forEachSlice(of: count, minimumSlice: 1 << 16) { slice in
      for index in slice { body(index) }
    }
  }
}
