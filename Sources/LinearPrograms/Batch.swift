internal import CombinatorialKernels

/// Work on the items of a batch, slices of it on several threads.
enum Batch {
  /// The results of `body` for 0 ..< count, in order.
  ///
  /// - Throws: The error of the first item that has one, whatever the threads did, with its number.
  static func map<Output: Sendable>(
    _ count: Int, maxThreads: Int?,
    _ body: @Sendable (Int) throws(LinearProgramError) -> Output
  ) throws(LinearProgramError) -> [Output] {
    try map(count, maxThreads: maxThreads, workspace: { () }) {
      item, _ throws(LinearProgramError) in try body(item)
    }
  }

  /// As ``map(_:maxThreads:_:)``, with a workspace that every slice makes for itself.
  static func map<Output: Sendable, Workspace>(
    _ count: Int, maxThreads: Int?, workspace: @Sendable () -> Workspace,
    _ body: @Sendable (Int, inout Workspace) throws(LinearProgramError) -> Output
  ) throws(LinearProgramError) -> [Output] {
    var outcomes = [Result<Output, LinearProgramError>?](repeating: nil, count: count)
    outcomes.withUnsafeMutableBufferPointer { buffer in
      // Slices write to disjoint elements.
      nonisolated(unsafe) let outcomes = buffer
      Parallel.forEachSlice(of: count, slicesPerThread: 1, maxThreads: maxThreads) { slice in
        var memory = workspace()
        for item in slice {
          let outcome = Result { () throws(LinearProgramError) in try body(item, &memory) }
          outcomes[item] = outcome
          if case .failure = outcome { return }
        }
      }
    }
    var results: [Output] = []
    results.reserveCapacity(count)
    for (item, outcome) in outcomes.enumerated() {
      guard let outcome else { continue }
      do throws(LinearProgramError) {
        results.append(try outcome.get())
      } catch {
        throw error.atItem(item)
      }
    }
    return results
  }
}
