import ArgumentParser
import CombinatorialExperiments

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

  @OptionGroup var training: BagOptionGroup

  @OptionGroup var session: TrainingRunOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try training.options.validate()
  }

  func run() throws {
    try reportingErrors {
      let dataset = try training.common.data.load(from: data.folders)
      let trainer = try BagTraining(
        options: training.options, dataset: dataset,
        resumingFrom: session.resume ? session.checkpoint : nil)
      try threads.limit { try session.train(trainer.run) }
    }
  }
}
