internal import CombinatorialKernels

/// Calls of a communicator, from any thread. After one that has failed there are no others, whose answers would be
/// those of other calls.
final class CommunicatorCalls: Sendable {
  private struct Log {
    var seconds = 0.0
    var failure: CommunicatorError?
  }
  private let log = Lock(Log())

  /// The time that ``timed(_:)`` took.
  var seconds: Double { log.withLock { $0.seconds } }

  /// Makes calls.
  func make<Result>(
    _ body: () throws(CommunicatorError) -> Result
  ) throws(CommunicatorError) -> Result {
    if let failure = log.withLock({ $0.failure }) { throw failure }
    do { return try body() } catch {
      log.withLock { $0.failure = $0.failure ?? error }
      throw error
    }
  }

  /// Makes calls that the thread which computes waits for.
  func timed<Result>(
    _ body: () throws(CommunicatorError) -> Result
  ) throws(CommunicatorError) -> Result {
    let start = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      log.withLock { $0.seconds += seconds }
    }
    return try make(body)
  }
}
