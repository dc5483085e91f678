/// Everything that decides the outcome of a training run; threads do not.
public struct BagTrainingOptions: Sendable, Codable, Equatable {
  /// How the learning rate changes over the run.
  public enum Schedule: String, Sendable, Codable, CaseIterable {
    case oneCycle = "one-cycle"
    case cosine
    case step
    case constant
  }

  /// A form of ``DataSource``.
  public var data = "\(DataSource.fashionMNIST)"
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
  public var schedule = Schedule.oneCycle
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

  /// Far beyond use, but no count of steps overflows.
  private static let maximumEpochs = 1_000_000
  private static let maximumBatchSize = 1_000_000

  /// The first option that is out of its range, as what was expected and found; nil: all are fine.
  public var fault: String? {
    let faults: [(Bool, String)] = [
      (DataSource(data) == nil, "data: expected one of \(DataSource.forms), found '\(data)'"),
      (bagSize < 1, "bag size: expected at least 1, found \(bagSize)"),
      (
        curriculum.contains { $0 < 1 },
        "curriculum: expected bag sizes of at least 1, found \(Self.text(curriculum))"
      ),
      (
        !curriculum.isEmpty && curriculum.count >= epochs,
        "curriculum: expected fewer bag sizes than the \(epochs) epochs, "
          + "found \(curriculum.count)"
      ),
      (
        !(lambda > 0 && Float(lambda).isFinite && Float(lambda) > 0),
        "lambda: expected a positive number, found \(lambda)"
      ),
      (
        !(smoothing > 0 && smoothing.isFinite),
        "smoothing: expected a positive number, found \(smoothing)"
      ),
      (
        !(1...Self.maximumEpochs).contains(epochs),
        "epochs: expected 1...\(Self.maximumEpochs), found \(epochs)"
      ),
      (pictures.map { $0 < 1 } ?? false, "pictures: expected at least 1, found \(pictures ?? 0)"),
      (
        !(1...Self.maximumBatchSize).contains(batchSize),
        "batch size: expected 1...\(Self.maximumBatchSize), found \(batchSize)"
      ),
      (
        !(learningRate > 0 && learningRate.isFinite),
        "learning rate: expected a positive number, found \(learningRate)"
      ),
      (
        !(weightDecay >= 0 && weightDecay.isFinite),
        "weight decay: expected at least 0, found \(weightDecay)"
      ),
      (!(0..<1).contains(momentum), "momentum: expected 0 ..< 1, found \(momentum)"),
    ]
    return faults.first(where: \.0)?.1
  }

  /// The first option that differs from a run that is to be resumed, as what it was and what it is.
  func difference(from saved: BagTrainingOptions) -> String? {
    let pairs: [(String, String, String)] = [
      ("data", saved.data, data),
      ("model", saved.network.rawValue, network.rawValue),
      ("bag size", "\(saved.bagSize)", "\(bagSize)"),
      ("curriculum", Self.text(saved.curriculum), Self.text(curriculum)),
      ("gradient", saved.gradient.rawValue, gradient.rawValue),
      ("lambda", "\(saved.lambda)", "\(lambda)"),
      ("smoothing", "\(saved.smoothing)", "\(smoothing)"),
      ("epochs", "\(saved.epochs)", "\(epochs)"),
      ("pictures", Self.text(saved.pictures), Self.text(pictures)),
      ("batch size", "\(saved.batchSize)", "\(batchSize)"),
      ("learning rate", "\(saved.learningRate)", "\(learningRate)"),
      ("schedule", saved.schedule.rawValue, schedule.rawValue),
      ("momentum", "\(saved.momentum)", "\(momentum)"),
      ("weight decay", "\(saved.weightDecay)", "\(weightDecay)"),
      ("augmentation", "\(saved.augments)", "\(augments)"),
      ("seed", "\(saved.seed)", "\(seed)"),
    ]
    return pairs.first { $0.1 != $0.2 }.map { "\($0.0): expected \($0.1), found \($0.2)" }
  }

  private static func text(_ limit: Int?) -> String { limit.map(String.init) ?? "all" }

  private static func text(_ curriculum: [Int]) -> String {
    curriculum.isEmpty ? "none" : curriculum.map(String.init).joined(separator: ",")
  }
}
