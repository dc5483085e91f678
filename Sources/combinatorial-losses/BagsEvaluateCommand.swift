import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct BagsEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the test error of a trained classifier.",
    discussion: """
      Prints the share of test pictures that are classified wrongly, one by one, and the share that is \
      matched wrongly in bags whose labels are known in no order.
      """)

  @Option(help: ArgumentHelp("The classifier: a checkpoint of bags train.", valueName: "file"))
  var checkpoint: String

  @Option(
    help: ArgumentHelp(
      "The pictures. Default: those of the checkpoint.",
      valueName: DataSource.formsAsValue))
  var data: DataSource?

  @Option(help: ArgumentHelp("Pictures in a bag. Default: that of the checkpoint.", valueName: "n"))
  var bagSize: Int?

  @Option(help: ArgumentHelp("Determines which bags are drawn.", valueName: "n"))
  var seed: UInt64 = 1

  @Flag(help: "Print one JSON object on one line.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Draw test bags and how they were matched (needs gnuplot).", valueName: "file.png|file.svg"))
  var figure: String?

  @Option(help: ArgumentHelp("Bags in the figure.", valueName: "n"))
  var figureBags: Int?

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["bag-size": bagSize, "figure-bags": figureBags])
  }

  func run() throws {
    try reportingErrors {
      try threads.limit { try evaluate() }
    }
  }

  private func evaluate() throws {
    let classifier = try BagClassifier(checkpoint: checkpoint)
    let pictures = try (data ?? classifier.options.data).load(from: dataOptions.folders).test
    let (evaluation, bags) = try classifier.evaluate(on: pictures, bagSize: bagSize, seed: seed)
    if let figure {
      try BagFigure(
        evaluation, of: classifier, pictures: pictures, bags: bags, bagLimit: figureBags
      ).write(to: figure)
      StandardError.write("\(figure): written\n")
    }
    try StandardOutput.write(line: json ? JSON.line(evaluation) : evaluation.description)
  }
}
