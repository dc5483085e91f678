internal import CombinatorialKernels

/// Work on the items of a batch, slices of it on several threads.
enum Batch {
  /// The results of `body` for 0 ..< count, in order.
  ///
  /// - Parameter workspace: Made once for every slice.
  /// - Throws: The error of the first item that has one, whatever the threads did, with its number.
  static func map<Output: Sendable, Workspace>(
    _ count: Int, maxThreads: Int?, workspace: @Sendable () -> Workspace,
    _ body: @Sendable (Int, inout Workspace) throws(LinearProgramError) -> Output
  ) throws(LinearProgramError) -> [Output] {
    try Parallel.map(
      count, slicesPerThread: 1, maxThreads: maxThreads, workspace: workspace
    ) { item, memory throws(LinearProgramError) in
      do throws(LinearProgramError) {
        return try body(item, &memory)
      } catch {
        throw error.atItem(item)
      }
    }
  }
}
