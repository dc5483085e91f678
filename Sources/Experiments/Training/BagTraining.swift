import DistributedTraining
import NeuralLayers

/// Trains a classifier from bags of pictures whose labels come in no order.
///
/// Everything that a step does depends on the options, the data and the step's number. A run that is
/// stopped, saved and resumed has the same parameters in the end, bit for bit, as one that was not. Several processes
/// train as one does, up to rounding, each on its share of the bags of every step.
public final class BagTraining: EpochTraining {
  /// The size of the run.
  public let plan: TrainingPlan
  /// The network as trained so far.
  public let classifier: BagClassifier
  let optimizer: any Optimizer
  let schedule: LearningRateSchedule
  let processes: DataParallel
  var progress = TrainingProgress()
  private let supply: any BagSupply
  private let test: PictureSet?
  private let batcher: PictureBatcher
  private let augmentation: Augmentation

  private var options: BagTrainingOptions { plan.options }

  /// Prepares a run, from the start or from where a checkpoint left it.
  ///
  /// - Parameters:
  ///   - options: What to train; on resuming, what the checkpoint was trained with.
  ///   - dataset: What ``BagTrainingOptions/data`` names.
  ///   - checkpoint: A file to resume from, which the first process alone reads.
  ///   - processes: What trains together. All have the same options and data, which is checked.
  /// - Throws: ``TrainingError``, ``BagSamplerError``, `CheckpointError`, `CommunicatorError`.
  public convenience init(
    options: BagTrainingOptions, dataset: ImageDataset, resumingFrom checkpoint: String? = nil,
    on processes: DataParallel = DataParallel()
  ) throws {
    try processes.expectSame([
      "options": options.fingerprint, "training pictures": dataset.training.fingerprint,
      "test pictures": dataset.test.fingerprint,
    ])
    if let fault = options.fault { throw TrainingError.option(fault) }
    try self.init(
      options: options,
      supply: DrawnBags(options: options, labeled: dataset.training.prefix(options.pictures)),
      test: dataset.test, resumingFrom: checkpoint, on: processes)
  }

  /// Prepares a run on bags of one's own, each trained on once an epoch.
  ///
  /// - Parameters:
  ///   - options: What to train. ``BagTrainingOptions/data`` is what a checkpoint says that it was trained on;
  ///     bag sizes are those of the bags.
  ///   - bags: The bags.
  ///   - test: Pictures with known labels, of the same classes, to measure the error on.
  ///   - checkpoint: A file to resume from, which the first process alone reads.
  ///   - processes: What trains together. All have the same options and bags, which is checked.
  /// - Throws: ``TrainingError``, `CheckpointError`, `CommunicatorError`.
  public convenience init(
    options: BagTrainingOptions, bags: BagCollection, test: PictureSet? = nil,
    resumingFrom checkpoint: String? = nil, on processes: DataParallel = DataParallel()
  ) throws {
    var options = options
    if options.data.manifest == nil { options.data = .bags(manifest: bags.manifest) }
    try processes.expectSame([
      "options": options.fingerprint, "bags": bags.fingerprint,
      "test pictures": test?.fingerprint ?? Fingerprint(),
    ])
    if let fault = options.fault { throw TrainingError.option(fault) }
    if let test, test.classNames != bags.classNames {
      throw TrainingError.differentPictures(
        expected: "classes \(bags.classNames)", found: "\(test.classNames) in the test set")
    }
    try self.init(
      options: options, supply: GivenBags(options: options, collection: bags), test: test,
      resumingFrom: checkpoint, on: processes)
  }

  private init(
    options: BagTrainingOptions, supply: any BagSupply, test: PictureSet?,
    resumingFrom checkpoint: String?, on processes: DataParallel
  ) throws {
    (self.supply, self.test, self.processes) = (supply, test, processes)
    guard supply.fewestBagsPerStep >= processes.size else {
      throw TrainingError.tooFewParts(
        expected: processes.size, found: supply.fewestBagsPerStep, unit: "bags")
    }
    classifier = try BagClassifier(
      options: options, pictureShape: supply.pictures.pictureShape, classNames: supply.classNames,
      normalization: PictureNormalization(of: supply.pictures))
    batcher = PictureBatcher(supply.pictures, normalization: classifier.normalization)
    augmentation = options.augmentation
    optimizer = SGD(
      learningRate: options.learningRate, momentum: options.momentum,
      weightDecay: options.weightDecay)
    if let checkpoint {
      progress = try RunCheckpoint<BagState>(contentsOf: checkpoint, on: processes)
        .resume(classifier, optimizer)
    }
    plan = TrainingPlan(
      options: options, parameters: classifier.network.parameterCount,
      trainingPictures: supply.picturesOfEpoch, smallestBag: supply.bagSizes.lowerBound,
      largestBag: supply.bagSizes.upperBound, testPictures: test?.count ?? 0,
      steps: supply.steps(beforeEpoch: options.epochs),
      stepsTaken: supply.steps(beforeEpoch: progress.epoch) + progress.step)
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

  func steps(beforeEpoch index: Int) -> Int { supply.steps(beforeEpoch: index) }

  func epoch(_ index: Int) throws -> any BagEpoch { try supply.epoch(index) }

  func parts(ofStep number: Int, of epoch: any BagEpoch) -> Int {
    epoch.bags(ofStep: number).count
  }

  func objective(
    ofStep number: Int, of epoch: any BagEpoch, share: BatchShare
  ) throws -> StepObjective {
    let bags = epoch.bags(ofStep: number)
    let own = bags.lowerBound + share.items.lowerBound..<bags.lowerBound + share.items.upperBound
    let step = epoch.step(own)
    var generator = RandomStream.augmentation.generator(seed: options.seed, at: stepsTaken)
    for _ in epoch.step(bags.lowerBound..<own.lowerBound).pictures {
      _ = augmentation.draw(using: &generator)
    }
    let input = try batcher.batch(
      step.pictures, augmentation: augmentation, using: &generator)
    return StepObjective(
      output: try classifier.network(input), items: step.pictures.count, loss: step.loss)
  }

  func report(on epoch: any BagEpoch, evaluates: Bool) throws -> EpochReport {
    EpochReport(
      epoch: progress.epoch + 1, bagSize: epoch.bagSize, pictures: progress.epochItems,
      bags: epoch.bags, skippedBags: epoch.skippedBags, loss: progress.meanLoss,
      learningRate: optimizer.learningRate, seconds: progress.epochSeconds,
      lossSeconds: progress.epochLossSeconds,
      communicationSeconds: progress.epochCommunicationSeconds,
      picturesPerSecond: Double(progress.epochItems) / max(progress.epochSeconds, 1e-9),
      testError: evaluates ? try test.map { try classifier.testError(on: $0) } : nil)
  }
}
