import ArgumentParser
import CombinatorialExperiments

struct BagsDemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train from bags with shuffled labels beside supervised training; compare and draw.",
    discussion: """
      The same network, seed and number of pictures trained on for each bag size; bag size 1 is \
      supervised training.
      """)

  @Option(help: ArgumentHelp("The pictures.", valueName: DataSource.labeledFormsAsValue))
  var data = DataSource.fashionMNIST

  @Option(help: ArgumentHelp("Bag sizes, separated by commas.", valueName: "n,n"))
  var bagSizes = BagSizeList(sizes: [1, 8])

  @Option(help: "The network.")
  var model = BagNetwork.resnet8

  @Option(help: ArgumentHelp("Epochs.", valueName: "n"))
  var epochs = BagTrainingOptions().epochs

  @Option(help: ArgumentHelp("Train on the first n pictures.", valueName: "n"))
  var pictures = 12_000

  @Option(help: ArgumentHelp("Determines parameters, bags and augmentation.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Where the picture of test bags goes.", valueName: "file.png|file.svg"))
  var figure = "bags-demo.png"

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions

  private var options: BagTrainingOptions {
    var options = BagTrainingOptions()
    (options.data, options.network, options.seed) = (data, model, seed)
    (options.epochs, options.pictures) = (epochs, pictures)
    return options
  }

  func validate() throws {
    try expectLabeled(data)
    for bagSize in bagSizes.sizes {
      var options = options
      options.bagSize = bagSize
      try options.validate()
    }
  }

  func run() throws {
    try reportingErrors {
      try threads.limit { try run(BagsDemo(options: options, bagSizes: bagSizes.sizes)) }
    }
  }

  private func run(_ demo: BagsDemo) throws {
    let dataset = try data.load(from: dataOptions.folders)
    let watch = TrainingWatch()
    let outcome = try watch.end(
      demo.run(on: dataset, report: watch.show, shouldStop: watch.shouldStop))
    try StandardOutput.write(line: BagsDemo.table(outcome.rows))
    try outcome.figure.write(to: figure)
    try StandardOutput.write(line: "test bags as the last network matched them: \(figure)")
  }
}
