/// Everything that decides the outcome of training from bags; threads do not.
public struct BagTrainingOptions: RunOptions {
  /// The pictures.
  public var data = DataSource.fashionMNIST
  /// What is trained.
  public var network = BagNetwork.resnet8
  /// Pictures in a bag; 1 is supervised training.
  public var bagSize = 8
  /// The bag sizes of the first epochs; the later ones have ``bagSize``.
  public var curriculum: [Int] = []
  /// How the gradient of a bag's loss is found.
  public var gradient = BagGradient.value
  /// Of ``BagGradient/interpolated``: how far along the cotangent the second problem lies.
  public var lambda = 20.0
  /// Of ``BagGradient/lp``: the weight of the quadratic term.
  public var smoothing = 0.01
  /// How often as many pictures are trained on as there are.
  public var epochs = 6
  /// How many pictures of the training part are used, and trained on in an epoch; nil: all.
  public var pictures: Int?
  /// Pictures in a step, rounded down to whole bags but at least one bag.
  public var batchSize = 32
  /// The highest rate of the schedule.
  public var learningRate = 0.1
  /// How the rate changes from step to step.
  public var schedule = RateSchedule.oneCycle
  /// Of SGD, in 0 ..< 1.
  public var momentum = 0.9
  /// Of SGD, at least 0.
  public var weightDecay = 5e-4
  /// Whether pictures are shifted and mirrored at random.
  public var augments = true
  /// Determines parameters, bags and augmentation.
  public var seed: UInt64 = 1

  /// ResNet-8 on Fashion-MNIST from bags of 8.
  public init() {}

  /// As the command line has them.
  public static let optionNames = ["network": "model", "augments": "augmentation"]

  /// The first option that is out of its range, as what was expected and found; nil: all are fine.
  public var fault: String? {
    let fault =
      Self.fault(counts: [
        "bag size": bagSize, "epochs": epochs, "pictures": pictures, "batch size": batchSize,
      ])
      ?? Self.fault(positive: [
        "lambda": lambda, "smoothing": smoothing, "learning rate": learningRate,
      ])
    if let fault { return fault }
    if let bagSize = curriculum.first(where: { $0 < 1 }) {
      return "curriculum: expected bag sizes of at least 1, found \(bagSize)"
    }
    if !curriculum.isEmpty && curriculum.count >= epochs {
      return "curriculum: expected fewer bag sizes than the \(epochs) epochs, "
        + "found \(curriculum.count)"
    }
    if !(weightDecay >= 0 && weightDecay.isFinite) {
      return "weight decay: expected at least 0, found \(weightDecay)"
    }
    return (0..<1).contains(momentum) ? nil : "momentum: expected 0 ..< 1, found \(momentum)"
  }
}
