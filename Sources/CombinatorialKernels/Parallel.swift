/// Work on slices of a batch, on Dispatch. No other module of the package starts threads.
package enum Parallel {
  /// The most threads that work started in this task may use; nil: as many as ``coreCount``.
  @TaskLocal package static var maxThreads: Int?

  /// Cores that this process may use, which are not always all that there are.
  package static let coreCount = ProcessorCount.ofThisProcess()

  /// How many threads work runs on: its own limit, the task's, or every core.
  package static func threadCount(limit: Int? = nil) -> Int {
    max(1, min(limit ?? .max, maxThreads ?? coreCount))
  }

  /// Calls `body` with consecutive ranges that cover `0 ..< count`, on several threads at a time, this
  /// one among them. A result must not depend on how the batch is cut.
  ///
  /// Each thread takes the next slice that is left: one that wakes up late, or whose core serves others
  /// too, leaves the rest its share. All work for the same ``StopFlag``.
  ///
  /// - Parameters:
  ///   - minimumSlice: Items that are worth a slice of their own, some 20 microseconds of work. With
  ///     fewer than twice as many everything runs here.
  ///   - slicesPerThread: The most slices, by threads. 1 for a body that prepares much.
  package static func forEachSlice(
    of count: Int, minimumSlice: Int = 1, slicesPerThread: Int = 8, maxThreads limit: Int? = nil,
    _ body: @Sendable (Range<Int>) -> Void
  ) {
    let mostSlices = count / max(1, minimumSlice)
    let threads = min(threadCount(limit: limit), mostSlices)
    guard threads > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    let slices = min(threads * slicesPerThread, mostSlices)
    withoutActuallyEscaping(body) { body in
      let stop = StopFlag.current
      let slice: @Sendable (Int) -> Void = { index in
        let items = count * index / slices..<count * (index + 1) / slices
        if stop == nil { return body(items) }
        StopFlag.$current.withValue(stop) { body(items) }
      }
      withUnsafePointer(to: slice) { ParallelRegion(slices: slices, $0).run(helpers: threads - 1) }
    }
  }
}
