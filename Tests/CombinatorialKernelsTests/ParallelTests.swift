import CombinatorialKernels
import Dispatch
import Foundation
import Testing

struct ParallelTests {
  @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 5])
  func slicesCoverEverythingOnce(count: Int, threads: Int) {
    let visits = Lock([Int](repeating: 0, count: count))
    Parallel.forEachSlice(of: count, minimumSlice: 3, maxThreads: threads) { slice in
      visits.withLock { visits in for item in slice { visits[item] += 1 } }
    }
    #expect(visits.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test func smallWorkStaysOnOneThread() {
    let slices = Lock(0)
    Parallel.forEachSlice(of: 19, minimumSlice: 10, maxThreads: 8) { _ in
      slices.withLock { $0 += 1 }
    }
    #expect(slices.withLock { $0 } == 1)
  }

  @Test func theLowerOfBothLimitsHolds() {
    Parallel.$maxThreads.withValue(3) {
      #expect(Parallel.threadCount() == 3)
      #expect(Parallel.threadCount(limit: 2) == 2)
      #expect(Parallel.threadCount(limit: 8) == 3)
    }
    #expect(Parallel.threadCount(limit: 0) == 1)
  }

  @Test func noMoreThreadsWorkThanAreAllowed() {
    let counts = Lock((running: 0, most: 0))
    for _ in 0..<50 {
      Parallel.forEachSlice(of: 64, maxThreads: 2) { _ in
        counts.withLock {
          $0.running += 1
          $0.most = max($0.most, $0.running)
        }
        usleep(10)
        counts.withLock { $0.running -= 1 }
      }
    }
    #expect(counts.withLock { $0.running } == 0)
    #expect(counts.withLock { $0.most } <= 2)
  }

  /// Calls that follow each other at every distance, so that helpers wait, have just gone or come late.
  @Test func callsInARowDoAllTheirWork() {
    let sums = UnsafeMutableBufferPointer<Int>.allocate(capacity: 64)
    defer { sums.deallocate() }
    nonisolated(unsafe) let shared = sums
    for call in 0..<2000 {
      sums.update(repeating: 0)
      Parallel.forEachSlice(of: sums.count, maxThreads: 4) { slice in
        for item in slice { shared[item] += call + item }
      }
      #expect(sums.reduce(0, +) == 64 * call + 64 * 63 / 2)
      if call.isMultiple(of: 16) { usleep(UInt32(call / 16)) }
    }
  }

  @Test func callsFromSeveralThreadsAndWithinCallsDoAllTheirWork() {
    let outer = 24
    let total = Lock(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      Parallel.forEachSlice(of: outer, maxThreads: 3) { items in
        for _ in items {
          Parallel.forEachSlice(of: 100, maxThreads: 3) { inner in
            total.withLock { $0 += inner.count }
          }
        }
      }
    }
    #expect(total.withLock { $0 } == 4 * outer * 100)
  }
}
