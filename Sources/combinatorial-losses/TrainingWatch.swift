import ArgumentParser
import CombinatorialExperiments

/// Shows the progress of training on standard error, and has it end in order at Ctrl-C.
final class TrainingWatch {
  private var display = TrainingDisplay(
    isTerminal: StandardError.isTerminal, write: StandardError.write(_:))
  private let interrupt = InterruptSignal()

  func show<Plan, Epoch>(_ event: RunEvent<Plan, Epoch>) { display.show(event) }

  func shouldStop() -> Bool { interrupt.isReceived }

  /// What training gave. If that is nothing, it was interrupted: the tool ends with that exit status.
  func end<Outcome>(_ outcome: Outcome?, stopped: String? = "stopped") throws -> Outcome {
    if let outcome { return outcome }
    if let stopped { display.end(stopped) }
    throw ExitCode(interrupt.exitStatus)
  }

  /// Likewise, of training that tells whether it is complete.
  func end(isComplete: Bool, stopped: String? = "stopped") throws {
    try end(isComplete ? () : nil, stopped: stopped)
  }
}
