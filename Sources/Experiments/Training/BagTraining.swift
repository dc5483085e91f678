import CombinatorialLosses
import NeuralLayers

/// Trains a classifier from bags of pictures whose labels come in no order.
///
/// Everything that a step does depends on the options, the data and the step's number. A run that is
/// stopped, saved and resumed has the same parameters in the end, bit for bit, as one that was not.
public final class BagTraining: EpochTraining {
  /// The size of the run.
  public let plan: TrainingPlan
  /// The network as trained so far.
  public let classifier: BagClassifier
  let optimizer: any Optimizer
  let schedule: LearningRateSchedule
  var progress = TrainingProgress()
  private let dataset: ImageDataset
  private let batcher: PictureBatcher
  private let augmentation: Augmentation

  private var options: BagTrainingOptions { plan.options }

  /// Prepares a run, from the start or from where a checkpoint left it.
  ///
  /// - Parameters:
  ///   - options: What to train; on resuming, what the checkpoint was trained with.
  ///   - dataset: What ``BagTrainingOptions/data`` names.
  ///   - checkpoint: A file to resume from.
  /// - Throws: ``TrainingError``, ``BagSamplerError``, `CheckpointError`.
  public init(
    options: BagTrainingOptions, dataset: ImageDataset, resumingFrom checkpoint: String? = nil
  ) throws {
    if let fault = options.fault { throw TrainingError.option(fault) }
    let pictures = dataset.training.prefix(options.pictures)
    self.dataset = dataset
    // Bags that cannot be drawn in a late epoch are refused now.
    for bagSize in options.curriculum + [options.bagSize] {
      _ = try BagSampler(labels: pictures.labels, bagSize: bagSize, seed: options.seed)
    }
    classifier = try BagClassifier(
      options: options, pictureShape: pictures.pictureShape, classNames: pictures.classNames,
      normalization: PictureNormalization(of: pictures))
    batcher = PictureBatcher(pictures, normalization: classifier.normalization)
    augmentation = options.augments ? Augmentation.light(for: options.data) : .none
    optimizer = SGD(
      learningRate: options.learningRate, momentum: options.momentum,
      weightDecay: options.weightDecay)
    if let checkpoint {
      progress = try RunCheckpoint<BagState>(contentsOf: checkpoint).resume(classifier, optimizer)
    }
    let taken = options.steps(beforeEpoch: progress.epoch, pictures: pictures.count)
    plan = TrainingPlan(
      options: options, parameters: classifier.network.parameterCount,
      trainingPictures: pictures.count / options.bagSize * options.bagSize,
      testPictures: dataset.test.count,
      steps: options.steps(beforeEpoch: options.epochs, pictures: pictures.count),
      stepsTaken: taken + progress.step)
    schedule = options.schedule.rates(peak: options.learningRate, steps: plan.steps)
  }

  /// The time that all steps of complete epochs took.
  public var seconds: Double { progress.seconds }

  /// The share of ``seconds`` that the loss and its gradient by the logits took.
  public var lossShare: Double { seconds > 0 ? progress.lossSeconds / seconds : 0 }

  /// Trains to the end, or until it is told to stop.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the state is saved after every epoch and when told to stop.
  ///   - evaluatesEveryEpoch: Whether the test error is measured after every epoch or the last only.
  ///   - report: Told what happens.
  ///   - shouldStop: Asked before every step.
  /// - Returns: Whether training is complete.
  @discardableResult
  public func run(
    checkpoint: String? = nil, evaluatesEveryEpoch: Bool = true,
    report: (TrainingEvent) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    try train(
      checkpoint: checkpoint, evaluatesEveryEpoch: evaluatesEveryEpoch, report: report,
      shouldStop: shouldStop)
  }

  var model: any Model { classifier.network }

  var state: (any RunState)? { BagState(classifier, progress) }

  func steps(beforeEpoch index: Int) -> Int {
    options.steps(beforeEpoch: index, pictures: batcher.pictures.count)
  }

  func epoch(_ index: Int) throws -> BagEpoch {
    let plan = options.plan(ofEpoch: index, pictures: batcher.pictures.count)
    let sampler = try BagSampler(
      labels: batcher.pictures.labels, bagSize: plan.bagSize, seed: options.seed)
    return BagEpoch(
      plan: plan, bags: try sampler.epoch(index),
      loss: try MatchingLoss(options, bagSize: plan.bagSize))
  }

  func objective(ofStep number: Int, of epoch: BagEpoch) throws -> StepObjective {
    let bags = epoch.bags
    let first = number * epoch.plan.bagsPerStep
    let end = min(first + epoch.plan.bagsPerStep, bags.count)
    let indices = first * bags.bagSize..<end * bags.bagSize
    var generator = RandomStream.augmentation.generator(seed: options.seed, at: stepsTaken)
    let input = try batcher.batch(
      bags.pictures[indices], augmentation: augmentation, using: &generator)
    let labels = Array(bags.labels[indices])
    return StepObjective(output: try classifier.network(input), items: indices.count) {
      try epoch.loss(logits: $0, labels: labels)
    }
  }

  func report(on epoch: BagEpoch, evaluates: Bool) throws -> EpochReport {
    EpochReport(
      epoch: progress.epoch + 1, bagSize: epoch.bags.bagSize, pictures: progress.epochItems,
      bags: epoch.bags.count, skippedBags: epoch.bags.skipped, loss: progress.meanLoss,
      learningRate: optimizer.learningRate, seconds: progress.epochSeconds,
      lossSeconds: progress.epochLossSeconds,
      picturesPerSecond: Double(progress.epochItems) / max(progress.epochSeconds, 1e-9),
      testError: evaluates ? try classifier.testError(on: dataset.test) : nil)
  }
}

/// What an epoch of bag training is trained on, and by.
struct BagEpoch {
  let plan: EpochPlan
  let bags: EpochBags
  let loss: MatchingLoss
}
