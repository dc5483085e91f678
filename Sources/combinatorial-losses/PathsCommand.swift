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
  @Option(help: ArgumentHelp("Maps to train on.", valueName: "n"))
  var maps = PathOptions().maps

  @Option(help: ArgumentHelp("Maps to test on.", valueName: "n"))
  var testMaps = PathOptions().testMaps

  @Option(help: ArgumentHelp("Passes over the maps.", valueName: "n"))
  var epochs = PathOptions().epochs

  @Option(help: ArgumentHelp("Maps in a step.", valueName: "n"))
  var batch = PathOptions().batch

  @Option(help: ArgumentHelp("Adam's, at first; falls to 0.", valueName: "rate"))
  var learningRate = PathOptions().learningRate

  @Option(
    help: ArgumentHelp(
      "By how much tiles off the true path are to cost more; grass costs 1.", valueName: "cost"))
  var margin = PathOptions().margin

  @Option(help: ArgumentHelp("Of the interpolated gradient.", valueName: "lambda"))
  var lambda = PathOptions().lambda

  @Option(help: ArgumentHelp("Determines maps, parameters and order.", valueName: "n"))
  var seed: UInt64 = 1

  var options: PathOptions {
    var options = PathOptions()
    (options.maps, options.testMaps, options.epochs, options.batch) = (
      maps, testMaps, epochs, batch
    )
    (options.learningRate, options.seed) = (learningRate, seed)
    (options.margin, options.lambda) = (margin, lambda)
    return options
  }

  func validate() throws {
    if let fault = options.fault { throw ValidationError(fault) }
  }
}

struct PathsTrainCommand: ParsableCommand {
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

  func run() throws {
    var options = training.options
    options.gradient = gradient
    try reportingErrors {
      try threads.limit { try run(options) }
    }
  }

  private func run(_ options: PathOptions) throws {
    let maps = try TerrainMaps(count: options.maps, seed: options.seed)
    let test = try TerrainMaps(count: options.testMaps, first: options.maps, seed: options.seed)
    let trainer = try PathTraining(options: options, maps: maps)
    let interrupt = InterruptSignal()
    let isComplete = try trainer.run(
      report: { StandardError.write("epoch \($0): mean loss \($1)\n") },
      shouldStop: { interrupt.isReceived })
    guard isComplete else { throw ExitCode(interrupt.exitStatus) }
    try StandardOutput.write(line: JSON.line(trainer.evaluate(on: test)))
  }
}

struct PathsDemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train by the optimal value and by interpolation; compare and draw.")

  @OptionGroup var training: PathOptionGroup

  @Option(
    help: ArgumentHelp("Where the picture of test maps goes.", valueName: "file.png|file.svg"))
  var figure = "paths-demo.png"

  @Option(
    help: ArgumentHelp("Write one JSON object a line and gradient here.", valueName: "file.jsonl"))
  var results: String?

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try reportingErrors {
      try threads.limit { try run(PathsDemo(options: training.options)) }
    }
  }

  private func run(_ demo: PathsDemo) throws {
    let interrupt = InterruptSignal()
    let outcome = try demo.run { gradient, epoch, loss in
      StandardError.write("\(gradient.rawValue), epoch \(epoch): mean loss \(loss)\n")
    } shouldStop: {
      interrupt.isReceived
    }
    guard let outcome else { throw ExitCode(interrupt.exitStatus) }
    try StandardOutput.write(line: PathsDemo.table(outcome.rows))
    if let results { try PathsDemo.write(outcome.rows, options: demo.options, to: results) }
    try outcome.figure.write(to: figure)
    try StandardOutput.write(line: "test maps with their paths: \(figure)")
  }
}
