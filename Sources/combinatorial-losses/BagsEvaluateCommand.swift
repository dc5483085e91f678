import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct BagsEvaluateCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the test error of a trained classifier.",
    discussion: """
      Prints the share of test pictures that are classified wrongly, one by one, and the share that is \
      matched wrongly in bags whose labels are known in no order.

      With bags of your own: the cost of the best matchings, and the share of labels that are not among the \
      predictions of their bag; with --test, the share of wrongly classified pictures too.
      """)

  @OptionGroup var trained: TrainedBagOptions

  @Option(help: .value(DataSource.formsAsValue, "The pictures. Default: those of the checkpoint."))
  var data: DataSource?

  @Option(help: .count("Pictures in a bag. Default: that of the checkpoint.")) var bagSize: Int?

  @Option(help: .count("Determines which bags are drawn.")) var seed: UInt64 = 1

  @Option(
    help: .value(
      "manifest.jsonl",
      "Pictures with known labels, as for bags train. Default: those of the checkpoint."))
  var test: String?

  @Flag(help: "Print one JSON object on one line.") var json = false

  @Option(
    help: .value("file.png|file.svg", "Draw test bags and how they were matched (needs gnuplot)."))
  var figure: String?

  @Option(help: .count("Bags in the figure.")) var figureBags: Int?

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try expectAtLeastOne(["bag-size": bagSize, "figure-bags": figureBags])
  }

  func compute() throws {
    let classifier = try trained.classifier
    // Pictures to test on come with bags of the user's own, or stand by themselves.
    let source = data ?? (test == nil ? classifier.options.data : nil)
    if let source, source.manifest == nil {
      try evaluate(classifier, on: source)
    } else {
      try evaluate(classifier, onBags: source?.manifest)
    }
  }

  private func evaluate(_ classifier: BagClassifier, onBags manifest: String?) throws {
    if figure != nil || bagSize != nil {
      throw ValidationError(
        "--figure and --bag-size: expected pictures with a label each; bags match draws yours")
    }
    var evaluation =
      try manifest.map { try classifier.evaluate(classifier.bags($0, trained.lines)) }
      ?? OwnBagEvaluation()
    if let test = test ?? (data == nil ? classifier.options.test : nil) {
      let list = try classifier.pictures(test, needsLabels: true, trained.lines)
      let pictures = try list.labeled
      evaluation.testPictures = pictures.count
      evaluation.testError = try classifier.testError(on: pictures)
      evaluation.badLines += list.badLines.count
    }
    try StandardOutput.write(line: json ? JSON.line(evaluation) : evaluation.description)
  }

  private func evaluate(_ classifier: BagClassifier, on source: DataSource) throws {
    if test != nil { throw ValidationError("--test: expected bags of your own, found \(source)") }
    let pictures = try classifier.aligned(source.load(from: dataOptions.folders).test)
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
