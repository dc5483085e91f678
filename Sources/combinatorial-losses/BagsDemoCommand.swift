import ArgumentParser
import CombinatorialExperiments

struct BagsDemoCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train from bags with shuffled labels beside supervised training; compare and draw.",
    discussion: """
      The same network, seed and number of pictures trained on for each bag size; bag size 1 is \
      supervised training.
      """)

  @Option(help: .value(DataSource.labeledFormsAsValue, "The pictures."))
  var data = DataSource.fashionMNIST

  @Option(help: .value("n,n", "Bag sizes, separated by commas."))
  var bagSizes = BagSizeList(sizes: [1, 8])

  @Option(help: "The network.") var model = BagNetwork.resnet8

  @Option(help: .count("Epochs.")) var epochs = BagTrainingOptions().epochs

  @Option(help: .count("Train on the first n pictures.")) var pictures = 12_000

  @Option(help: .count("Determines parameters, bags and augmentation.")) var seed: UInt64 = 1

  @Option(help: .value("file.png|file.svg", "Where the picture of test bags goes."))
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

  func compute() throws {
    let demo = BagsDemo(options: options, bagSizes: bagSizes.sizes)
    let dataset = try data.load(from: dataOptions.folders)
    let watch = TrainingWatch()
    let outcome = try watch.end(
      demo.run(on: dataset, report: watch.show, shouldStop: watch.shouldStop))
    try StandardOutput.write(line: BagsDemo.table(outcome.rows))
    try outcome.figure.write(to: figure)
    try StandardOutput.write(line: "test bags as the last network matched them: \(figure)")
  }
}
