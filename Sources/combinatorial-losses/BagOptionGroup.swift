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
    help: ArgumentHelp(
      "Pictures in a bag; 1 is supervised training. Default: \(defaults.bagSize).", valueName: "n"))
  var bagSize: Int?
  @Option(
    help: ArgumentHelp("Bag sizes of the first epochs, one each. Default: none.", valueName: "n,n"))
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
  @Option(help: ArgumentHelp("Determines parameters, bags and augmentation.", valueName: "n"))
  var seed = defaults.seed
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
    if ownBags.gray && common.data.manifest == nil {
      throw ValidationError("--gray: expected bags of your own, found \(common.data)")
    }
  }
}

/// The options that all runs of a grid have in common.
struct CommonBagOptions: ParsableArguments {
  private static let defaults = BagTrainingOptions()

  @Option(help: ArgumentHelp("The pictures.", valueName: DataSource.formsAsValue))
  var data = defaults.data
  @Option(help: "The network.") var model = defaults.network
  @Option(help: ArgumentHelp("Epochs.", valueName: "n")) var epochs = defaults.epochs
  @Option(help: ArgumentHelp("Train on the first n pictures, and on n an epoch.", valueName: "n"))
  var pictures: Int?
  @Option(help: ArgumentHelp("Pictures in a step, rounded down to whole bags.", valueName: "n"))
  var batchSize = defaults.batchSize
  @Option(help: ArgumentHelp("The highest learning rate.", valueName: "rate"))
  var learningRate = defaults.learningRate
  @Option(help: "How the learning rate changes.") var schedule = defaults.schedule
  @Option(help: ArgumentHelp("Momentum of SGD.", valueName: "share"))
  var momentum = defaults.momentum
  @Option(help: ArgumentHelp("Weight decay of SGD.", valueName: "factor"))
  var weightDecay = defaults.weightDecay
  @Flag(inversion: .prefixedNo, help: "Shift, and where it makes sense mirror, pictures at random.")
  var augment = defaults.augments
  @Option(
    help: ArgumentHelp(
      "The most pixels to shift by. Default: what is usual for the data; 2 for your own.",
      valueName: "n"))
  var shift: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Mirror pictures left to right. Default: what is usual for the data; not your own.")
  var mirror: Bool?
  @Option(
    help: ArgumentHelp(
      "With --gradient interpolated: how far the second problem lies.", valueName: "number"))
  var lambda = defaults.lambda
  @Option(
    help: ArgumentHelp(
      "With --gradient lp: the weight of the quadratic term.", valueName: "number"))
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
