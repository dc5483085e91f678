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

extension Parallel {
  /// The results of all items, in order.
  ///
  /// - Throws: The error of the first item that has one, whatever the threads did.
  package static func map<Output: Sendable, Failure: Error>(
    _ count: Int, maxThreads: Int? = nil, _ body: @Sendable (Int) throws(Failure) -> Output
  ) throws(Failure) -> [Output] {
    try map(count, maxThreads: maxThreads, workspace: { () }) { item, _ throws(Failure) in
      try body(item)
    }
  }

  /// As ``map(_:maxThreads:_:)``, with a workspace that every slice makes for itself.
  package static func map<Output: Sendable, Failure: Error, Workspace>(
    _ count: Int, slicesPerThread: Int = 8, maxThreads: Int? = nil,
    workspace: @Sendable () -> Workspace,
    _ body: @Sendable (Int, inout Workspace) throws(Failure) -> Output
  ) throws(Failure) -> [Output] {
    let outcomes = Lock([Result<Output, Failure>?](repeating: nil, count: count))
    forEachSlice(of: count, slicesPerThread: slicesPerThread, maxThreads: maxThreads) { slice in
      var memory = workspace()
      for item in slice {
        let outcome = Result { () throws(Failure) in try body(item, &memory) }
        outcomes.withLock { $0[item] = outcome }
        if case .failure = outcome { return }
      }
    }
    var outputs: [Output] = []
    outputs.reserveCapacity(count)
    for case let outcome? in outcomes.withLock({ $0 }) { outputs.append(try outcome.get()) }
    return outputs
  }
}
