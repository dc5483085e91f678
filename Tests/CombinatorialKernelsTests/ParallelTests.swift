import CombinatorialKernels
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
}
