import ArgumentParser
import CombinatorialSolvers
import Foundation

/// Cancels each solver's long single solve at random times, and reports how long it takes to return.
struct CancellationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancellation",
    abstract: "Prints the time from cancel to return of each solver's long single solve.",
    discussion: """
      Median and worst in milliseconds over the rounds, each cancelled at a random time of the first nine \
      tenths of what the solve takes, and the worst time of the processor, which other programs' load does \
      not make longer. A solve that has ended before is counted as done.
      """)

  @Option(help: "How often each solve is cancelled.") var rounds = 20
  @Option(help: "Seconds after which a solve that takes longer is cancelled at the latest.")
  var latest = 1.0
  @Option(help: "The share of the usual sizes.") var scale = 1.0
  @Option(help: "A part of the name.") var filter = ""
  @Option(help: "Exit status 1 if one takes more milliseconds of the processor.") var limit: Double?

  func validate() throws {
    guard rounds > 0, latest > 0, scale > 0 else {
      throw ValidationError("expected --rounds, --latest and --scale above 0")
    }
  }

  func run() throws {
    try BenchmarksCommand.prepare()
    var worst = 0.0
    Console.write(
      "solver                           median ms  worst ms  processor  done", to: .standardOutput)
    for solve in LongSolve.all where filter.isEmpty || solve.name.contains(filter) {
      let instance = try solve.instance(scale)
      var (times, processor, done) = ([Double](), 0.0, 0)
      let start = ContinuousClock.now
      _ = try Self.cancel(instance, after: .seconds(latest))
      let duration = min(latest, (ContinuousClock.now - start) / .seconds(1))
      for _ in 0..<rounds {
        let delay = Double.random(in: 0...0.9 * duration)
        if let time = try Self.cancel(instance, after: .seconds(delay)) {
          times.append(time.wall / .milliseconds(1))
          processor = max(processor, time.processor / .milliseconds(1))
        } else {
          done += 1
        }
      }
      let name = solve.name.padding(toLength: 32, withPad: " ", startingAt: 0)
      guard !times.isEmpty else {
        Console.write("\(name)         -         -          -  \(done)", to: .standardOutput)
        continue
      }
      let line = String(
        format: "%9.1f %9.1f %10.1f  %d", Summary(of: times).median, times.max() ?? 0, processor,
        done)
      Console.write("\(name) \(line)", to: .standardOutput)
      worst = max(worst, processor)
    }
    if let limit, worst > limit { throw ExitCode.failure }
  }

  /// The time from the cancellation to the return; nil if the solve was done before.
  private static func cancel(
    _ solve: @escaping @Sendable () throws -> Void, after delay: Duration
  ) throws -> (wall: Duration, processor: Duration)? {
    let outcome = OneResult<(wall: Duration, processor: Duration)?>()
    Task.detached {
      let task = Task { try await withSolverThread(solve) }
      let cancellation = Task {
        try await Task.sleep(for: delay)
        defer { task.cancel() }
        return (start: ContinuousClock.now, usedBefore: processorTime())
      }
      let result = await task.result
      let (end, used) = (ContinuousClock.now, processorTime())
      cancellation.cancel()
      let cancelled = await cancellation.result
      outcome.set(
        Result {
          do {
            try result.get()
            return nil
          } catch is CancellationError {
            let (start, usedBefore) = try cancelled.get()
            return (end - start, used - usedBefore)
          }
        })
    }
    return try outcome.wait()
  }
}

/// Of all threads of the process.
private func processorTime() -> Duration {
  .microseconds(Double(clock()) * 1e6 / Double(CLOCKS_PER_SEC))
}

/// A result that a thread waits for.
private final class OneResult<Value: Sendable>: @unchecked Sendable {
  private let isThere = DispatchSemaphore(value: 0)
  private var result: Result<Value, any Error>?

  func set(_ result: Result<Value, any Error>) {
    self.result = result
    isThere.signal()
  }

  func wait() throws -> Value {
    isThere.wait()
    guard let result else { throw CancellationError() }
    return try result.get()
  }
}
