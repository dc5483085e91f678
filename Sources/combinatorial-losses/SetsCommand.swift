import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct SetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sets",
    abstract: "List what a picture shows, in no order, with a set prediction loss.",
    subcommands: [SetsDemoCommand.self])
}

struct SetsDemoCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train on handwritten digits here and there; print scores as JSON, a line each.",
    discussion: """
      The same network with the exact matching of predictions and digits, and with the digits in reading \
      order. Each line has recall (digits that are listed with their class in a box that overlaps by \
      half), precision and meanOverlap on pictures with the digits of other hands, before and after.
      """)

  @Option(help: .count("Pictures to train on, each seen once."))
  var pictures = SetOptions().pictures

  @Option(help: .count("Pictures to test on.")) var testPictures = SetOptions().testPictures

  @Option(help: .count("Determines pictures and parameters.")) var seed = SetOptions().seed

  @Option(
    help: .value(
      "file.png",
      "Write test pictures with what is listed: above with the matching, below in reading order."))
  var figure = "sets.png"

  @OptionGroup var threads: ThreadOptions

  private var options: SetOptions {
    var options = SetOptions()
    (options.pictures, options.testPictures, options.seed) = (pictures, testPictures, seed)
    return options
  }

  func validate() throws { try options.validate() }

  func compute() throws {
    let watch = TrainingWatch()
    let rows = try SetsDemo(options: options).run(
      picture: figure,
      report: { matching, event in
        guard case .step(let report) = event, report.step % 100 == 0 else { return }
        StandardError.write(
          "\(matching.rawValue), step \(report.step): loss \(Float(report.stepLoss))\n")
      }, shouldStop: watch.shouldStop)
    for row in try watch.end(rows) { try StandardOutput.write(line: JSON.line(row)) }
  }
}
