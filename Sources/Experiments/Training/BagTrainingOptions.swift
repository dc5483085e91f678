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
  /// The most pixels by which pictures are shifted; nil: what is usual for the data.
  public var shift: Int?
  /// Whether pictures are mirrored left to right; nil: what is usual for the data.
  public var mirrors: Bool?
  /// Determines parameters, bags and augmentation.
  public var seed: UInt64 = 1
  /// Of bags of one's own: what their pictures are brought to; nil: color, 32 x 32.
  public var format: PictureFormat?
  /// Of bags of one's own: the manifest of pictures with labels to test on; nil: none.
  public var test: String?
  /// Of bags of one's own: the price of each picture and each label that stays unmatched; nil: as many are
  /// matched as can be, and the others cost nothing.
  public var unmatchedCost: Double?

  /// ResNet-8 on Fashion-MNIST from bags of 8.
  public init() {}

  /// As the command line has them.
  public static let optionNames = [
    "network": "model", "augments": "augmentation", "mirrors": "mirror", "format": "picture size",
  ]

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
    let ofData = data.manifest == nil ? labeledFault : ownBagsFault
    if let fault = curriculumFault ?? ofData { return fault }
    if let shift, !(0...PictureFormat.longestSide).contains(shift) {
      return "shift: expected 0 to \(PictureFormat.longestSide), found \(shift)"
    }
    if !(weightDecay >= 0 && weightDecay.isFinite) {
      return "weight decay: expected at least 0, found \(weightDecay)"
    }
    return (0..<1).contains(momentum) ? nil : "momentum: expected 0 ..< 1, found \(momentum)"
  }

  private var curriculumFault: String? {
    if let bagSize = curriculum.first(where: { $0 < 1 }) {
      return "curriculum: expected bag sizes of at least 1, found \(bagSize)"
    }
    return !curriculum.isEmpty && curriculum.count >= epochs
      ? "curriculum: expected fewer bag sizes than the \(epochs) epochs, "
        + "found \(curriculum.count)" : nil
  }

  /// What bags of one's own cannot have, as they are as they are.
  private var ownBagsFault: String? {
    if !curriculum.isEmpty { return "curriculum: expected none with bags of your own" }
    if gradient != .value {
      return "gradient: expected value with bags of your own, found \(gradient.rawValue)"
    }
    if pictures != nil { return "pictures: expected all with bags of your own" }
    if let fault = format?.fault { return fault }
    if let unmatchedCost, !(unmatchedCost >= 0 && unmatchedCost < 1e6) {
      return "unmatched cost: expected 0 to 1e6, found \(unmatchedCost)"
    }
    return nil
  }

  /// What only bags of one's own have.
  private var labeledFault: String? {
    let names: [(String, Bool)] = [
      ("picture size", format != nil), ("test", test != nil),
      ("unmatched cost", unmatchedCost != nil),
    ]
    return names.first(where: \.1).map { "\($0.0): expected bags of your own, found \(data)" }
  }

  /// How pictures are changed at random.
  var augmentation: Augmentation {
    guard augments else { return .none }
    let usual = Augmentation.light(for: data)
    return Augmentation(
      maximumShift: shift ?? usual.maximumShift, flips: mirrors ?? usual.flips)
  }
}
