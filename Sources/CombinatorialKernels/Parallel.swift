internal import Dispatch

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Work on slices of a batch, on Dispatch. No other module of the package starts threads.
package enum Parallel {
  /// The most threads that work started in this task may use; nil: as many as there are cores.
  @TaskLocal package static var maxThreads: Int?

  /// Cores that are online.
  package static let coreCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// How many threads work runs on: its own limit, the task's, or every core.
  package static func threadCount(limit: Int? = nil) -> Int {
    max(1, min(limit ?? .max, maxThreads ?? coreCount))
  }

  /// Calls `body` with consecutive ranges that cover `0 ..< count`, on several threads at a time.
  ///
  /// The ranges are one per thread, so a body can own one workspace; a result must not depend on
  /// how the batch is cut. With fewer than twice `minimumSlice` items, everything runs here.
  ///
  /// With more `slicesPerThread`, each thread takes the next slice that is left: one that wakes up late
  /// then leaves the others its share.
  package static func forEachSlice(
    of count: Int, minimumSlice: Int = 1, slicesPerThread: Int = 1, maxThreads limit: Int? = nil,
    _ body: @Sendable (Range<Int>) -> Void
  ) {
    let mostSlices = count / max(1, minimumSlice)
    let threads = min(threadCount(limit: limit), mostSlices)
    guard threads > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    let slices = min(threads * slicesPerThread, mostSlices)
    let started = Lock<Int>(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let slice = started.withLock {
          $0 += 1
          return $0 - 1
        }
        guard slice < slices else { return }
        body(count * slice / slices..<count * (slice + 1) / slices)
      }
    }
  }
}
