import ArgumentParser
import CombinatorialExperiments

/// Runs something until it is done or Ctrl-C is pressed, which ends the tool with that exit status.
///
/// - Parameters:
///   - onStop: What is left to do if it was stopped.
///   - body: Asks whether to stop; nil if it did.
func untilInterrupted<Outcome>(
  onStop: () -> Void = {}, _ body: (_ shouldStop: () -> Bool) throws -> Outcome?
) throws -> Outcome {
  let interrupt = InterruptSignal()
  guard let outcome = try body({ interrupt.isReceived }) else {
    onStop()
    throw ExitCode(interrupt.exitStatus)
  }
  return outcome
}

/// Runs training likewise, and shows its progress on standard error.
///
/// - Parameter stopped: The last line shown if it was stopped.
func watched<Plan, Epoch, Outcome>(
  stopped: String = "stopped",
  _ body: (_ report: (RunEvent<Plan, Epoch>) throws -> Void, _ shouldStop: () -> Bool) throws
    -> Outcome?
) throws -> Outcome {
  var display = TrainingDisplay(
    isTerminal: StandardError.isTerminal, write: StandardError.write(_:))
  return try untilInterrupted(onStop: { display.end(stopped) }) { shouldStop in
    try body({ display.show($0) }, shouldStop)
  }
}

/// Refuses options that are no counts.
func expectAtLeastOne(_ options: KeyValuePairs<String, Int?>) throws {
  for case (let name, let value?) in options where value < 1 {
    throw ValidationError("--\(name): expected at least 1, found \(value)")
  }
}

extension RunOptions {
  /// Refuses options that are out of their range.
  func validate() throws {
    if let fault { throw ValidationError(fault) }
  }
}
