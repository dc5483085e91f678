import ArgumentParser
import CombinatorialExperiments

extension BagNetwork: ExpressibleByArgument {}
extension BagGradient: ExpressibleByArgument {}
extension RateSchedule: ExpressibleByArgument {}

/// Numbers separated by commas.
struct BagSizeList: ExpressibleByArgument {
  var sizes: [Int]

  init(sizes: [Int]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !sizes.contains(nil) else { return nil }
    self.sizes = sizes.compactMap { $0 }
  }

  var defaultValueDescription: String {
    sizes.isEmpty ? "none" : sizes.map(String.init).joined(separator: ",")
  }
}

/// The options that decide the outcome of training.
struct BagOptionGroup: ParsableArguments {
  private static let defaults = BagTrainingOptions()

  @Option(
    help: .count("Pictures in a bag; 1 is supervised training. Default: \(defaults.bagSize)."))
  var bagSize: Int?
  @Option(help: .value("n,n", "Bag sizes of the first epochs, one each. Default: none."))
  var curriculum: BagSizeList?
  @Option(
    help: ArgumentHelp(
      "How the gradient of a bag's loss is found.",
      discussion: """
        value: the optimal value's, exact, from one run of the solver. Two baselines differentiate the \
        matching: interpolated takes two runs (Vlastelica et al. 2020); lp solves the linear program of \
        the matching with a small quadratic term, and goes through its optimality conditions.
        """))
  var gradient = defaults.gradient
  @Option(help: .count("Determines parameters, bags and augmentation.")) var seed = defaults.seed
  @OptionGroup var common: CommonBagOptions
  @OptionGroup(title: "Bags of your own") var ownBags: OwnBagOptions

  var options: BagTrainingOptions {
    var options = common.options
    options.bagSize = bagSize ?? Self.defaults.bagSize
    options.curriculum = curriculum?.sizes ?? []
    (options.gradient, options.seed) = (gradient, seed)
    ownBags.apply(to: &options)
    return options
  }

  func validate() throws {
    if bagSize != nil && common.data.manifest != nil {
      throw ValidationError("--bag-size: bags of your own have their sizes")
    }
  }
}

/// The options that all runs of a grid have in common.
struct CommonBagOptions: ParsableArguments {
  private static let defaults = BagTrainingOptions()

  @Option(help: .value(DataSource.formsAsValue, "The pictures.")) var data = defaults.data
  @Option(help: "The network.") var model = defaults.network
  @Option(help: .count("Epochs.")) var epochs = defaults.epochs
  @Option(help: .count("Train on the first n pictures, and on n an epoch.")) var pictures: Int?
  @Option(help: .count("Pictures in a step, rounded down to whole bags."))
  var batchSize = defaults.batchSize
  @Option(help: .value("rate", "The highest learning rate."))
  var learningRate = defaults.learningRate
  @Option(help: "How the learning rate changes.") var schedule = defaults.schedule
  @Option(help: .value("share", "Momentum of SGD.")) var momentum = defaults.momentum
  @Option(help: .value("factor", "Weight decay of SGD.")) var weightDecay = defaults.weightDecay
  @Flag(inversion: .prefixedNo, help: "Shift, and where it makes sense mirror, pictures at random.")
  var augment = defaults.augments
  @Option(
    help: .count(
      "The most pixels to shift by. Default: what is usual for the data; 2 for your own."))
  var shift: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Mirror pictures left to right. Default: what is usual for the data; not your own.")
  var mirror: Bool?
  @Option(help: .value("number", "With --gradient interpolated: how far the second problem lies."))
  var lambda = defaults.lambda
  @Option(help: .value("number", "With --gradient lp: the weight of the quadratic term."))
  var smoothing = defaults.smoothing

  var options: BagTrainingOptions {
    var options = BagTrainingOptions()
    (options.data, options.network, options.augments) = (data, model, augment)
    (options.epochs, options.pictures, options.batchSize) = (epochs, pictures, batchSize)
    (options.learningRate, options.schedule) = (learningRate, schedule)
    (options.momentum, options.weightDecay) = (momentum, weightDecay)
    (options.lambda, options.smoothing) = (lambda, smoothing)
    (options.shift, options.mirrors) = (shift, mirror)
    return options
  }
}
