import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct PathsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths",
    abstract: "Learn what terrain costs from pictures of maps and their shortest paths alone.",
    subcommands: [PathsTrainCommand.self, PathsDemoCommand.self])
}

extension PathGradient: ExpressibleByArgument {}

/// The options that both commands have.
struct PathOptionGroup: ParsableArguments {
  private static let defaults = PathOptions()

  @Option(help: .count("Maps to train on.")) var maps = defaults.maps
  @Option(help: .count("Maps to test on.")) var testMaps = defaults.testMaps
  @Option(help: .count("Passes over the maps.")) var epochs = defaults.epochs
  @Option(help: .count("Maps in a step.")) var batchSize = defaults.batch
  @Option(help: .value("rate", "Adam's, at first; falls to 0."))
  var learningRate = defaults.learningRate
  @Option(
    help: .value("cost", "By how much tiles off the true path are to cost more; grass costs 1."))
  var margin = defaults.margin
  @Option(help: .value("lambda", "Of the interpolated gradient.")) var lambda = defaults.lambda
  @Option(help: .count("Determines maps, parameters and order.")) var seed = defaults.seed

  var options: PathOptions {
    var options = PathOptions()
    (options.maps, options.testMaps) = (maps, testMaps)
    (options.epochs, options.batch, options.seed) = (epochs, batchSize, seed)
    (options.learningRate, options.margin, options.lambda) = (learningRate, margin, lambda)
    return options
  }

  func validate() throws { try options.validate() }
}

/// Tells of epochs on standard error.
private func write(_ event: RunEvent<PlainPlan, PlainEpoch>, after beginning: String) {
  guard case .epoch(let report) = event else { return }
  StandardError.write("\(beginning)epoch \(report.epoch): \(report.summary)\n")
}

struct PathsTrainCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network; print its evaluation as one JSON object.",
    discussion: """
      The object has accuracy (the share of test maps whose predicted path is a shortest one), regret \
      (what predicted paths cost more, as a share) and order (the share of pairs of tiles whose \
      predicted costs are ordered as the true ones).
      """)

  @Option(help: "By the optimal value, or by interpolating the solution.")
  var gradient = PathGradient.value

  @OptionGroup var training: PathOptionGroup
  @OptionGroup var threads: ThreadOptions

  func compute() throws {
    var options = training.options
    options.gradient = gradient
    let maps = try TerrainMaps(count: options.maps, seed: options.seed)
    let test = try TerrainMaps(count: options.testMaps, first: options.maps, seed: options.seed)
    let trainer = try PathTraining(options: options, maps: maps)
    let watch = TrainingWatch()
    try watch.end(
      isComplete: trainer.run(report: { write($0, after: "") }, shouldStop: watch.shouldStop))
    try StandardOutput.write(line: JSON.line(trainer.evaluate(on: test)))
  }
}

struct PathsDemoCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train by the optimal value and by interpolation; compare and draw.")

  @OptionGroup var training: PathOptionGroup

  @Option(help: .value("file.png|file.svg", "Where the picture of test maps goes."))
  var figure = "paths-demo.png"

  @Option(help: .value("file.jsonl", "Write one JSON object a line and gradient here."))
  var results: String?

  @OptionGroup var threads: ThreadOptions

  func compute() throws {
    let demo = PathsDemo(options: training.options)
    let watch = TrainingWatch()
    let outcome = try watch.end(
      demo.run(
        report: { write($1, after: "\($0.rawValue), ") }, shouldStop: watch.shouldStop))
    try StandardOutput.write(line: PathsDemo.table(outcome.rows))
    if let results { try PathsDemo.write(outcome.rows, options: demo.options, to: results) }
    try outcome.figure.write(to: figure)
    try StandardOutput.write(line: "test maps with their paths: \(figure)")
  }
}
