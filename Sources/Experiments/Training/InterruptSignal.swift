import Dispatch
import Foundation
import Synchronization

/// Turns Ctrl-C (SIGINT), SIGTERM and SIGUSR1 into a flag that a long loop asks, so that it can end in order.
///
/// SIGUSR1 is what clusters send before they end a job, and the one that `mpirun` passes on to every process.
///
/// The second signal ends the process at once, as it would without this.
public final class InterruptSignal {
  private final class Received: Sendable {
    let number = Atomic<Int32>(0)
  }

  private static let numbers = [SIGINT, SIGTERM, SIGUSR1]
  private let received = Received()
  private let sources: [any DispatchSourceSignal]

  /// Starts to listen.
  public init() {
    let queue = DispatchQueue(label: "combinatorial-losses.interrupt")
    sources = Self.numbers.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, Self.numbers) {
      source.setEventHandler { [received] in
        received.number.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in Self.numbers { signal(number, SIG_DFL) }
  }

  /// Whether a signal came.
  public var isReceived: Bool { received.number.load(ordering: .relaxed) != 0 }

  /// The exit status that shells give a process that the signal ended: 130 for Ctrl-C, 138 for SIGUSR1.
  public var exitStatus: Int32 { 128 + received.number.load(ordering: .relaxed) }
}
