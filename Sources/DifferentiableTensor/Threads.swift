internal import CombinatorialKernels

/// Limits the threads that tensor operations in `body` run on; results do not depend on it.
///
/// - Parameters:
///   - count: The most threads; below 1 counts as 1. Without a limit there are as many as processors that
///     the process may use, by its affinity mask and its container's quota. BLAS always runs on the calling
///     thread: large products are cut into slices instead.
///   - body: What runs under the limit.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withMaxThreads<Result, Failure: Error>(
  _ count: Int, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try Parallel.$maxThreads.withValue(count) { Swift.Result(catching: body) }.get()
}
