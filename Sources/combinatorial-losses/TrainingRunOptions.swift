import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

/// Where a training run is kept and logged, and how it is watched and stopped.
struct TrainingRunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Save the whole state here after every epoch.", valueName: "file"))
  var checkpoint: String?

  @Flag(help: "Go on from the checkpoint. The other options must be those that it was begun with.")
  var resume = false

  @Option(
    help: ArgumentHelp("Write one JSON object a line and epoch here.", valueName: "file.jsonl"))
  var log: String?

  @Flag(inversion: .prefixedNo, help: "Evaluate after every epoch, not only after the last.")
  var evaluateEveryEpoch = true

  func validate() throws {
    if resume && checkpoint == nil { throw ValidationError("--resume needs --checkpoint") }
  }

  /// Trains to the end or an interrupt; prints the summary of the last epoch.
  ///
  /// - Parameter run: Trains, tells what happens, asks before every step whether to stop, and returns
  ///   whether training is complete.
  func train<Plan, Epoch>(
    _ run: ((RunEvent<Plan, Epoch>) throws -> Void, () -> Bool) throws -> Bool
  ) throws {
    let log = try log.map { try TrainingLog(path: $0, continues: resume) }
    var display = TrainingDisplay(
      isTerminal: StandardError.isTerminal, write: StandardError.write(_:))
    var last: Epoch?
    let interrupt = InterruptSignal()
    let isComplete = try run(
      { event in
        display.show(event)
        try log?.write(event)
        if case .epoch(let report) = event { last = report }
      }, { interrupt.isReceived })
    try log?.writeEnd(isComplete: isComplete)
    guard isComplete else {
      display.end(checkpoint.map { "stopped; saved in \($0)" } ?? "stopped; nothing saved")
      throw ExitCode(interrupt.exitStatus)
    }
    if let last { try StandardOutput.write(line: JSON.line(last)) }
  }
}
