import ArgumentParser
import CombinatorialExperiments
import DistributedTraining
import ProblemFiles

/// Where a training run is kept and logged, and how it is watched and stopped.
struct TrainingRunOptions: ParsableArguments {
  @Option(help: .value("file", "Save the whole state here after every epoch."))
  var checkpoint: String?

  @Flag(help: "Go on from the checkpoint. The other options must be those that it was begun with.")
  var resume = false

  @Option(help: .value("file.jsonl", "Write one JSON object a line and epoch here."))
  var log: String?

  @Flag(inversion: .prefixedNo, help: "Evaluate after every epoch, not only after the last.")
  var evaluateEveryEpoch = true

  func validate() throws {
    if resume && checkpoint == nil { throw ValidationError("--resume needs --checkpoint") }
  }

  /// Trains to the end or an interrupt; prints the summary of the last epoch. Of several processes the first one
  /// logs and prints.
  ///
  /// - Parameter run: Trains, with a checkpoint if there is one; evaluates every epoch or the last only; tells
  ///   what happens; asks before every step whether to stop; returns whether training is complete.
  func train<Plan, Epoch>(
    _ run: (String?, Bool, (RunEvent<Plan, Epoch>) throws -> Void, () -> Bool) throws -> Bool
  ) throws {
    let isLeader = Ranks.isLeader
    let log = try isLeader ? log.map { try TrainingLog(path: $0, continues: resume) } : nil
    let watch = TrainingWatch()
    var last: Epoch?
    let isComplete = try run(
      checkpoint, evaluateEveryEpoch,
      { event in
        watch.show(event)
        try log?.write(event)
        if case .epoch(let report) = event { last = report }
      }, watch.shouldStop)
    Ranks.endTogether()
    try log?.writeEnd(isComplete: isComplete)
    try watch.end(
      isComplete: isComplete,
      stopped: !isLeader
        ? nil : checkpoint.map { "stopped; saved in \($0)" } ?? "stopped; nothing saved")
    if let last { try StandardOutput.write(line: JSON.line(last)) }
  }
}
