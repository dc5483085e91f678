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
  let optimizer: SGD
  var progress: TrainingProgress
  private let dataset: ImageDataset
  private let batcher: PictureBatcher
  private let augmentation: Augmentation
  private let schedule: LearningRateSchedule

  private var options: BagTrainingOptions { plan.options }

  /// Prepares a run, from the start or from where a checkpoint left it.
  ///
  /// - Parameters:
  ///   - options: What to train; on resuming, what the checkpoint was trained with.
  ///   - dataset: What ``BagTrainingOptions/data`` names.
  ///   - checkpoint: A file to resume from.
  /// - Throws: ``BagTrainingError``, ``BagSamplerError``, `CheckpointError`.
  public init(
    options: BagTrainingOptions, dataset: ImageDataset, resumingFrom checkpoint: String? = nil
  ) throws {
    if let fault = options.fault { throw BagTrainingError.option(fault) }
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
    augmentation =
      options.augments ? try Augmentation.light(for: classifier.dataSource) : .none
    optimizer = SGD(
      learningRate: options.learningRate, momentum: options.momentum,
      weightDecay: options.weightDecay)
    progress = TrainingProgress()
    if let checkpoint {
      progress = try BagCheckpoint(contentsOf: checkpoint).restore(classifier, optimizer)
    }
    let taken = options.steps(beforeEpoch: progress.epoch, pictures: pictures.count)
    plan = TrainingPlan(
      options: options, parameters: classifier.network.parameterCount,
      trainingPictures: pictures.count / options.bagSize * options.bagSize,
      testPictures: dataset.test.count,
      steps: options.steps(beforeEpoch: options.epochs, pictures: pictures.count),
      stepsTaken: taken + progress.step)
    schedule = options.learningRateSchedule(steps: plan.steps)
  }

  /// The time that all steps of complete epochs took.
  public var seconds: Double { progress.seconds }

  /// The share of ``seconds`` that the loss and its gradient by the logits took.
  public var lossShare: Double { seconds > 0 ? progress.lossSeconds / seconds : 0 }

  /// Writes what is needed to resume, in one step: the file that was there before survives a failure.
  public func save(to path: String) throws {
    try BagCheckpoint.save(classifier, optimizer, progress, to: path)
  }

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
    try runEpochs(
      checkpoint: checkpoint, evaluatesEveryEpoch: evaluatesEveryEpoch, report: report,
      shouldStop: shouldStop)
  }

  var stepsTaken: Int {
    options.steps(beforeEpoch: progress.epoch, pictures: batcher.pictures.count) + progress.step
  }

  func steps(ofEpoch index: Int) -> Int { plan(ofEpoch: index).steps }

  func epoch(_ index: Int) throws -> BagEpoch {
    let bagSize = plan(ofEpoch: index).bagSize
    let sampler = try BagSampler(
      labels: batcher.pictures.labels, bagSize: bagSize, seed: options.seed)
    return BagEpoch(
      bags: try sampler.epoch(index), loss: try MatchingLoss(options, bagSize: bagSize))
  }

  func step(_ number: Int, of epoch: BagEpoch) throws -> StepResult {
    let bagsPerStep = plan(ofEpoch: progress.epoch).bagsPerStep
    let first = number * bagsPerStep
    return try step(on: epoch, first..<min(first + bagsPerStep, epoch.bags.count))
  }

  private func plan(ofEpoch index: Int) -> EpochPlan {
    options.plan(ofEpoch: index, pictures: batcher.pictures.count)
  }

  private func step(on epoch: BagEpoch, _ range: Range<Int>) throws -> StepResult {
    let bags = epoch.bags
    let start = ContinuousClock.now
    let indices = range.lowerBound * bags.bagSize..<range.upperBound * bags.bagSize
    var generator = RandomStream.augmentation.generator(seed: options.seed, at: stepsTaken)
    let input = try batcher.batch(
      bags.pictures[indices], augmentation: augmentation, using: &generator)
    let logits = try withTraining { try classifier.network(input) }
    let objective = try objective(logits, labels: Array(bags.labels[indices]), loss: epoch.loss)
    let parameters = classifier.network.parameters
    let gradients = try logits.gradients(
      of: parameters.map(\.value), cotangent: objective.gradient)
    optimizer.learningRate = schedule.rate(atStep: stepsTaken)
    try optimizer.step(parameters, along: gradients)
    return StepResult(
      items: indices.count, loss: objective.loss, seconds: start.secondsUntilNow,
      lossSeconds: objective.seconds)
  }

  /// The loss of a step. Logits or a loss that are no numbers mean that training has diverged.
  private func objective(
    _ logits: Tensor, labels: [Int32], loss: MatchingLoss
  ) throws -> BagObjective {
    func diverged(_ reason: String) -> BagTrainingError {
      .diverged(epoch: progress.epoch + 1, step: progress.step + 1, reason: reason)
    }
    do {
      let objective = try BagObjective(logits: logits, labels: labels, loss: loss)
      guard objective.loss.isFinite else { throw diverged("the loss is \(objective.loss)") }
      return objective
    } catch let error as CombinatorialError {
      guard case .invalidLogit = error.reason else { throw error }
      throw diverged(error.description)
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
  let bags: EpochBags
  let loss: MatchingLoss
}

extension BagTrainingOptions {
  func learningRateSchedule(steps: Int) -> LearningRateSchedule {
    switch schedule {
    case .oneCycle: .oneCycle(peak: learningRate, steps: steps)
    case .cosine: .cosine(initial: learningRate, steps: steps)
    case .step: .step(initial: learningRate, milestones: [steps / 2, steps * 3 / 4])
    case .constant: .constant(learningRate)
    }
  }
}
