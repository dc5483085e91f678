import CombinatorialKernels
import Testing

/// Waits until a condition holds, which another thread brings about.
private func wait(until condition: () -> Bool) async throws {
  while !condition() { try await Task.sleep(for: .milliseconds(1)) }
}

/// Runs until it is stopped.
@Sendable private func runUntilStopped() throws {
  while StopFlag.current?.isSet == false {}
}

@Suite struct SolverThreadsTests {
  struct Refusal: Error, Equatable {}

  @Test func returnsWhatTheBodyReturnsAndThrows() async throws {
    let threads = SolverThreads(count: 1)
    #expect(try await threads.run { 7 } == 7)
    await #expect(throws: Refusal()) { try await threads.run { throw Refusal() } }
    #expect(try await threads.run { StopFlag.current?.isSet } == false)
    #expect(StopFlag.current == nil)
  }

  @Test func runsAsManyCallsAtATimeAsThereAreThreads() async throws {
    let threads = SolverThreads(count: 2)
    let running = Lock((now: 0, most: 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await threads.run {
            running.withLock {
              $0.now += 1
              $0.most = max($0.most, $0.now)
            }
            for _ in 0..<10_000 where StopFlag.current?.isSet == true { return }
            running.withLock { $0.now -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(running.withLock { $0.now } == 0)
    #expect(running.withLock { (1...2).contains($0.most) })
  }

  @Test func stopsACallThatRuns() async throws {
    let threads = SolverThreads(count: 1)
    let hasStarted = Lock(false)
    let task = Task {
      try await threads.run {
        hasStarted.withLock { $0 = true }
        try runUntilStopped()
      }
    }
    try await wait { hasStarted.withLock { $0 } }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await threads.run { 1 } == 1)
  }

  @Test func endsACallThatWaitsAtOnce() async throws {
    let threads = SolverThreads(count: 1)
    let (hasStarted, hasRun) = (Lock(false), Lock(false))
    let first = Task {
      try await threads.run {
        hasStarted.withLock { $0 = true }
        try runUntilStopped()
      }
    }
    try await wait { hasStarted.withLock { $0 } }
    let second = Task { try await threads.run { hasRun.withLock { $0 = true } } }
    try await Task.sleep(for: .milliseconds(10))
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(try await threads.run { 1 } == 1)
    #expect(!hasRun.withLock { $0 })
  }

  @Test func neverBeginsForATaskThatWasCancelledBefore() async throws {
    let threads = SolverThreads(count: 1)
    let hasRun = Lock(false)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await threads.run { hasRun.withLock { $0 = true } }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(!hasRun.withLock { $0 })
  }

  /// Every call is resumed once, whenever its task is cancelled: a continuation that is not would hang here, and one
  /// resumed twice would end the process.
  @Test func resumesEachCallOnce() async throws {
    let threads = SolverThreads(count: 2)
    let tasks = (0..<500).map { number in
      Task { try await threads.run { number } }
    }
    for task in tasks where Int.random(in: 0..<2) == 0 {
      task.cancel()
      await Task.yield()
    }
    for (number, task) in tasks.enumerated() {
      do {
        #expect(try await task.value == number)
      } catch {
        #expect(error is CancellationError)
      }
    }
    #expect(try await threads.run { 1 } == 1)
  }

  @Test func keepsTheLimitOfThreadsOfTheTask() async throws {
    let limit = try await Parallel.$maxThreads.withValue(3) {
      try await SolverThreads(count: 1).run { Parallel.threadCount() }
    }
    #expect(limit == 3)
  }

  @Test func allSlicesWorkForTheSameFlag() {
    let stop = StopFlag()
    let others = Lock(0)
    StopFlag.$current.withValue(stop) {
      Parallel.forEachSlice(of: 1_000, maxThreads: 4) { items in
        if StopFlag.current !== stop { others.withLock { $0 += items.count } }
      }
    }
    #expect(others.withLock { $0 } == 0)
  }
}
