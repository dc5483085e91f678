import ArgumentParser
import Experiments

struct BagsTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a classifier; print the last epoch's summary as one JSON object.",
    discussion: """
      Bags are drawn anew every epoch; bags in which under 75% of the labels are distinct are skipped. \
      An epoch trains on as many pictures as there are, whatever the bag size, so that runs of \
      different bag sizes can be compared.

      Large bags teach little as long as most pictures are matched wrongly. --curriculum starts with \
      small ones; a lower --learning-rate, and more epochs, help too.

      Ctrl-C ends after the current step and saves the checkpoint.
      """)

  @OptionGroup var training: TrainingOptionGroup

  @Option(help: ArgumentHelp("Save the whole state here after every epoch.", valueName: "file"))
  var checkpoint: String?

  @Flag(help: "Go on from the checkpoint. The other options must be those that it was begun with.")
  var resume = false

  @Option(
    help: ArgumentHelp("Write one JSON object a line and epoch here.", valueName: "file.jsonl"))
  var log: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Measure the test error after every epoch, not only after the last.")
  var evaluateEveryEpoch = true

  @OptionGroup var data: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let fault = training.options.fault { throw ValidationError(fault) }
    if resume && checkpoint == nil { throw ValidationError("--resume needs --checkpoint") }
  }

  func run() throws {
    try reportingErrors {
      let dataset = try training.common.data.load(from: data.folders)
      let trainer = try BagTraining(
        options: training.options, dataset: dataset, resumingFrom: resume ? checkpoint : nil)
      let log = try log.map { try TrainingLog(path: $0, continues: resume) }
      try threads.limit { try train(trainer, log: log) }
    }
  }

  private func train(_ trainer: BagTraining, log: TrainingLog?) throws {
    var display = TrainingDisplay(
      isTerminal: StandardError.isTerminal, write: StandardError.write(_:))
    var last: EpochReport?
    let interrupt = InterruptSignal()
    let isComplete = try trainer.run(
      checkpoint: checkpoint, evaluatesEveryEpoch: evaluateEveryEpoch
    ) { event in
      display.show(event)
      try log?.write(event)
      if case .epoch(let report) = event { last = report }
    } shouldStop: {
      interrupt.isReceived
    }
    try log?.writeEnd(isComplete: isComplete)
    guard isComplete else {
      display.end(checkpoint.map { "stopped; saved in \($0)" } ?? "stopped; nothing saved")
      throw ExitCode(interrupt.exitStatus)
    }
    if let last { print(try JSON.line(last)) }
  }
}
