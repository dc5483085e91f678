internal import CombinatorialKernels

/// Slices on Dispatch for operations that other modules of the package add.
package enum ParallelSlices {
  /// Calls `body` with consecutive ranges that cover `0 ..< count`, on as many threads as the task
  /// may use. A result must not depend on how the range is cut.
  package static func forEach(
    of count: Int, minimumSlice: Int = 1, _ body: @Sendable (Range<Int>) -> Void
  ) {
    Parallel.forEachSlice(of: count, minimumSlice: minimumSlice, body)
  }
}
