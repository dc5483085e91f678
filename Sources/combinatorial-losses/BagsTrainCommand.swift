import ArgumentParser
import CombinatorialExperiments
import DistributedTraining

struct BagsTrainCommand: DistributedCommand {
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

      mpirun -n 4 combinatorial-losses bags train … takes four processes, on one machine or many, for the same \
      steps; the first of them logs, evaluates and saves. --resume goes on with any number of them.

      Ctrl-C ends after the current step and saves the checkpoint.
      """)

  @OptionGroup var training: BagOptionGroup

  @OptionGroup var ranks: BagRankOptions
  @OptionGroup var session: TrainingRunOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try training.options.validate()
  }

  func compute() throws {
    let processes = ranks.processes
    let prepare = try Ranks.together(processes) { try loaded() }
    let trainer = try Ranks.together(processes) { try prepare(processes) }
    try session.train(trainer.run)
  }

  /// Reads the data; returns what prepares the run on them.
  private func loaded() throws -> (DataParallel) throws -> BagTraining {
    let checkpoint = session.resume ? session.checkpoint : nil
    if let manifest = training.common.data.manifest {
      return try loadedOwnBags(manifest, resumingFrom: checkpoint)
    }
    let dataset = try training.common.data.load(from: data.folders)
    return {
      try BagTraining(
        options: training.options, dataset: dataset, resumingFrom: checkpoint, on: $0)
    }
  }

  private func loadedOwnBags(
    _ manifest: String, resumingFrom checkpoint: String?
  ) throws -> (DataParallel) throws -> BagTraining {
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
    return {
      try BagTraining(
        options: options, bags: bags, test: test, resumingFrom: checkpoint, on: $0)
    }
  }
}
