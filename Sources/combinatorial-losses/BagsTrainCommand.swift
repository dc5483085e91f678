import ArgumentParser
import CombinatorialExperiments

struct BagsTrainCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a classifier; print the last epoch's summary as one JSON object.",
    discussion: """
      Bags are drawn anew every epoch; bags in which under 75% of the labels are distinct are skipped. \
      An epoch trains on as many pictures as there are, whatever the bag size, so that runs of \
      different bag sizes can be compared.

      Large bags teach little as long as most pictures are matched wrongly. --curriculum starts with \
      small ones; a lower --learning-rate, and more epochs, help too.

      --data bags:MANIFEST.jsonl trains on bags of your own, PNG and JPEG pictures, one bag a line:
      {"pictures": ["a.png", {"file": "group.jpg", "box": [x, y, width, height]}], "labels": ["Anna", "Ben"]}
      or, with numbers of each class, {"pictures": […], "counts": {"apples": 2, "bread": 1}}.
      There may be more or fewer labels than pictures. Files are relative to the manifest.

      Ctrl-C ends after the current step and saves the checkpoint.
      """)

  @OptionGroup var training: BagOptionGroup

  @OptionGroup var session: TrainingRunOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try training.options.validate()
  }

  func compute() throws {
    let checkpoint = session.resume ? session.checkpoint : nil
    let trainer =
      if let manifest = training.common.data.manifest {
        try trainerOnOwnBags(manifest, resumingFrom: checkpoint)
      } else {
        try BagTraining(
          options: training.options, dataset: training.common.data.load(from: data.folders),
          resumingFrom: checkpoint)
      }
    try session.train(trainer.run)
  }

  private func trainerOnOwnBags(
    _ manifest: String, resumingFrom checkpoint: String?
  ) throws -> BagTraining {
    let options = training.options
    let format = options.format ?? PictureFormat()
    let lines = training.ownBags.lines
    let bags = try BagCollection(
      manifest: manifest, format: format, skipsBadLines: lines.skipBad)
    lines.report(bags.badLines, of: manifest)
    let test = try options.test.map { test in
      let list = try PictureList(
        manifest: test, format: format, classNames: bags.classNames,
        skipsBadLines: lines.skipBad)
      lines.report(list.badLines, of: test)
      return try list.labeled
    }
    return try BagTraining(options: options, bags: bags, test: test, resumingFrom: checkpoint)
  }
}
