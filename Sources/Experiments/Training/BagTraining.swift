import CombinatorialLosses
import NeuralLayers

/// Trains a classifier from bags of pictures whose labels come in no order.
///
/// Everything that a step does depends on the options, the data and the step's number. A run that is
/// stopped, saved and resumed has the same parameters in the end, bit for bit, as one that was not.
public final class BagTraining {
  /// The size of the run.
  public let plan: TrainingPlan
  /// The network as trained so far.
  public let classifier: BagClassifier
  let optimizer: SGD
  private(set) var progress: TrainingProgress
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
    try report(.started(plan))
    while progress.epoch < options.epochs {
      let bags = try bagsOfEpoch()
      let isComplete = try finish(bags, shouldStop: shouldStop, report: report)
      if isComplete {
        let isLast = progress.epoch + 1 == options.epochs
        try report(.epoch(try epochReport(bags, evaluates: evaluatesEveryEpoch || isLast)))
        progress.finishEpoch()
      }
      if let checkpoint {
        try save(to: checkpoint)
        try report(.saved(path: checkpoint))
      }
      guard isComplete else { return false }
    }
    return true
  }

  /// The bags of the epoch under way.
  func bagsOfEpoch() throws -> EpochBags {
    try BagSampler(
      labels: batcher.pictures.labels, bagSize: epochPlan.bagSize, seed: options.seed
    ).epoch(progress.epoch)
  }

  /// Takes the steps of an epoch that are left; false if told to stop before its end.
  private func finish(
    _ bags: EpochBags, shouldStop: () -> Bool, report: (TrainingEvent) throws -> Void
  ) throws -> Bool {
    let loss = try MatchingLoss(options, bagSize: bags.bagSize)
    while progress.step < epochPlan.steps {
      guard !shouldStop() else { return false }
      let step = try nextStep(on: bags, loss: loss)
      try report(
        .step(
          StepReport(
            step: stepsTaken, steps: plan.steps, epoch: progress.epoch + 1,
            loss: progress.meanLoss, pictures: step.pictures, seconds: step.seconds)))
    }
    return true
  }

  var epochPlan: EpochPlan {
    options.plan(ofEpoch: progress.epoch, pictures: batcher.pictures.count)
  }

  private var stepsTaken: Int {
    options.steps(beforeEpoch: progress.epoch, pictures: batcher.pictures.count) + progress.step
  }

  /// Takes a step of the epoch under way, which has more of them.
  func nextStep(on bags: EpochBags, loss: MatchingLoss) throws -> BagStepResult {
    let bagsPerStep = epochPlan.bagsPerStep
    let first = progress.step * bagsPerStep
    let result = try step(on: bags, first..<min(first + bagsPerStep, bags.count), loss: loss)
    progress.add(result)
    return result
  }

  private func step(
    on bags: EpochBags, _ range: Range<Int>, loss: MatchingLoss
  ) throws -> BagStepResult {
    let start = ContinuousClock.now
    let indices = range.lowerBound * bags.bagSize..<range.upperBound * bags.bagSize
    var generator = RandomStream.augmentation.generator(seed: options.seed, at: stepsTaken)
    let input = try batcher.batch(
      bags.pictures[indices], augmentation: augmentation, using: &generator)
    let logits = try withTraining { try classifier.network(input) }
    let objective = try objective(logits, labels: Array(bags.labels[indices]), loss: loss)
    let parameters = classifier.network.parameters
    let gradients = try logits.gradients(
      of: parameters.map(\.value), cotangent: objective.gradient)
    optimizer.learningRate = schedule.rate(atStep: stepsTaken)
    try optimizer.step(parameters, along: gradients)
    return BagStepResult(
      pictures: indices.count, loss: objective.loss, seconds: start.secondsUntilNow,
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
      guard case .invalidLogit = error else { throw error }
      throw diverged(error.description)
    }
  }

  private func epochReport(_ bags: EpochBags, evaluates: Bool) throws -> EpochReport {
    EpochReport(
      epoch: progress.epoch + 1, bagSize: bags.bagSize, pictures: progress.epochPictures,
      bags: bags.count, skippedBags: bags.skipped, loss: progress.meanLoss,
      learningRate: optimizer.learningRate, seconds: progress.epochSeconds,
      lossSeconds: progress.epochLossSeconds,
      picturesPerSecond: Double(progress.epochPictures) / max(progress.epochSeconds, 1e-9),
      testError: evaluates ? try classifier.testError(on: dataset.test) : nil)
  }
}

/// What one step did.
struct BagStepResult {
  let pictures: Int
  /// The mean per picture.
  let loss: Double
  let seconds: Double
  let lossSeconds: Double
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
