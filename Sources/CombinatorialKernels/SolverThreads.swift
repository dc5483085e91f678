internal import Dispatch

/// Threads for calls that would keep a thread of Swift's cooperative pool from its tasks: as many as there are
/// cores. Calls beyond that wait for their turn, in order.
package final class SolverThreads: Sendable {
  package static let shared = SolverThreads(count: Parallel.coreCount)

  /// One call, from the start to its end.
  private final class Call: Sendable {
    let stop = StopFlag()
    /// Runs the call, unless it is to end before it has begun, and resumes who waits for it.
    private let perform = Lock<(@Sendable (_ runs: Bool) -> Void)?>(nil)

    func set(_ perform: @escaping @Sendable (_ runs: Bool) -> Void) {
      self.perform.withLock { $0 = perform }
    }

    func finish(runs: Bool) {
      let perform = perform.withLock { perform in
        defer { perform = nil }
        return perform
      }
      perform?(runs)
    }
  }

  private struct State {
    var idle: [DispatchQueue]
    var waiting: [Call] = []
  }
  private let state: Lock<State>

  /// Serial queues have threads of their own: those of concurrent ones are the cooperative pool's on Linux.
  package init(count: Int) {
    let queues = (0..<count).map {
      DispatchQueue(label: "combinatorial-losses.solver-\($0)", qos: .default)
    }
    state = Lock(State(idle: queues))
  }

  /// Runs `body` on one of the threads, where ``StopFlag/current`` is set when the task is cancelled.
  ///
  /// - Throws: What `body` throws; `CancellationError` if the task is cancelled before `body` has returned.
  package func run<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    let (call, maxThreads) = (Call(), Parallel.maxThreads)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        call.set { runs in
          let outcome = Swift.Result {
            guard runs, !call.stop.isSet else { throw CancellationError() }
            return try StopFlag.$current.withValue(call.stop) {
              try Parallel.$maxThreads.withValue(maxThreads, operation: body)
            }
          }
          continuation.resume(with: call.stop.isSet ? .failure(CancellationError()) : outcome)
        }
        start(call)
      }
    } onCancel: {
      cancel(call)
    }
  }

  private func start(_ call: Call) {
    let queue = state.withLock { state in
      // A call that was cancelled before is not removed from those that wait.
      if state.idle.isEmpty, !call.stop.isSet { state.waiting.append(call) }
      return state.idle.popLast()
    }
    if let queue {
      queue.async { self.work(call, on: queue) }
    } else if call.stop.isSet {
      call.finish(runs: false)
    }
  }

  /// Takes one call after the other while there are some.
  private func work(_ first: Call, on queue: DispatchQueue) {
    var next: Call? = first
    while let call = next {
      call.finish(runs: true)
      next = state.withLock { state in
        if state.waiting.isEmpty {
          state.idle.append(queue)
          return nil
        }
        return state.waiting.removeFirst()
      }
    }
  }

  /// Stops a call that runs, and ends one that waits.
  private func cancel(_ call: Call) {
    call.stop.set()
    let waits = state.withLock { state in
      guard let place = state.waiting.firstIndex(where: { $0 === call }) else { return false }
      state.waiting.remove(at: place)
      return true
    }
    if waits { call.finish(runs: false) }
  }
}
