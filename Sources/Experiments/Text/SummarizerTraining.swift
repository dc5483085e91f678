import CombinatorialLosses
import DistributedTraining
import NeuralLayers

/// The size of a run of text training.
public struct SummarizerPlan: RunPlan {
  /// What is trained, and how.
  public let options: SummarizerOptions
  /// How many numbers training changes.
  public let parameters: Int
  /// Pairs trained on in an epoch.
  public let trainingPairs: Int
  /// Steps of an epoch; the last may be smaller.
  public let stepsPerEpoch: Int
  /// Steps that an earlier part of this run took.
  public let stepsTaken: Int

  /// Epochs of the whole run.
  public var epochs: Int { options.epochs }
  /// Steps of the whole run.
  public var steps: Int { stepsPerEpoch * epochs }
  /// What items are called.
  public var unit: String { "pairs" }
  /// The model, the data, the loss and the feedback.
  public var summary: String {
    "\(options.cell.rawValue) \(options.hidden), \(parameters) parameters, \(options.data), "
      + "\(options.loss.rawValue), \(options.feedback.rawValue) feedback, "
      + "\(trainingPairs) pairs an epoch"
  }
}

/// The epoch that did best on the validation part so far.
public struct BestEpoch: Sendable, Codable, Equatable {
  /// Counted from 1.
  public let epoch: Int
  /// By greedy decoding.
  public let validation: TextEvaluation
  /// At this epoch, by greedy decoding.
  public let test: TextEvaluation
  /// At this epoch, where the decoder reads its own distribution.
  public let testFromDistribution: TextEvaluation
}

/// One epoch of text training.
public struct SummarizerEpoch: RunEpoch, Codable {
  /// Counted from 1.
  public let epoch: Int
  /// The mean over the batches of the loss per token.
  public let loss: Double
  /// Of the last step.
  public let learningRate: Double
  /// Time of all steps; decoding is not counted.
  public let seconds: Double
  /// The part of ``seconds`` that the loss and its gradient by the decoder's output took.
  public let lossSeconds: Double
  /// The part of ``seconds`` in which the first process sent to others or waited for them; nil: it is alone.
  public let communicationSeconds: Double?
  /// By greedy decoding, where it was measured.
  public let validation: TextEvaluation?
  /// The best epoch so far.
  public let best: BestEpoch?

  /// Loss, validation, time and the share of the loss.
  public var summary: String {
    let share = seconds > 0 ? lossSeconds / seconds : 0
    return "loss \(TrainingDisplay.decimal(loss, 3))  "
      + (validation.map { "validation: \($0)  " } ?? "")
      + "\(TrainingDisplay.decimal(seconds, 1)) s, \(TrainingDisplay.percent(share)) in the loss"
      + TrainingDisplay.communication(communicationSeconds, of: seconds)
  }
}

/// Trains an encoder-decoder on pairs of token sequences.
///
/// A run that is stopped, saved and resumed has the same parameters in the end as one that was not.
public final class SummarizerTraining: EpochTraining {
  /// The size of the run.
  public let plan: SummarizerPlan
  /// The model as trained so far.
  public let summarizer: Summarizer
  let optimizer: any Optimizer
  let schedule: LearningRateSchedule
  let processes: DataParallel
  var progress = TrainingProgress()
  private var best: BestEpoch?
  private let corpus: TextCorpus
  private let batches: PairBatches

  private var options: SummarizerOptions { plan.options }

  /// Where a run begins.
  public enum Start: Sendable, Equatable {
    /// With fresh parameters.
    case fresh
    /// With the parameters and the words of another run.
    case model(checkpoint: String)
    /// Where the run was when it was saved.
    case resume(checkpoint: String)
  }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - options: What to train.
  ///   - corpus: What to train on.
  ///   - start: Where the run begins; the first process alone reads a file.
  ///   - processes: What trains together. All have the same options and pairs, which is checked.
  /// - Throws: ``TrainingError``, `CheckpointError`, `CommunicatorError`.
  public init(
    options: SummarizerOptions, corpus: TextCorpus, start: Start = .fresh,
    on processes: DataParallel = DataParallel()
  ) throws {
    try processes.expectSame([
      "options": options.fingerprint, "training pairs": corpus.train.fingerprint,
      "validation pairs": corpus.valid.fingerprint, "test pairs": corpus.test.fingerprint,
    ])
    if let fault = options.fault { throw TrainingError.option(fault) }
    guard options.batchSize >= processes.size else {
      throw TrainingError.tooFewParts(
        expected: processes.size, found: options.batchSize, unit: "pairs")
    }
    (self.corpus, self.processes) = (corpus, processes)
    let pairs = Array(corpus.train.prefix(options.pairs ?? .max))
    guard !pairs.isEmpty else { throw TrainingError.noPairs }
    optimizer = Adam(learningRate: options.learningRate)
    switch start {
    case .fresh: summarizer = try Summarizer(options: options, pairs: pairs)
    case .model(let path):
      summarizer = try RunCheckpoint<SummarizerState>(contentsOf: path, on: processes)
        .summarizer(with: options)
    case .resume(let path):
      let checkpoint = try RunCheckpoint<SummarizerState>(contentsOf: path, on: processes)
      try checkpoint.expect(options)
      summarizer = try checkpoint.summarizer(with: options, optimizer)
      (progress, best) = (checkpoint.state.progress, checkpoint.state.best)
    }
    batches = summarizer.batches(of: pairs)
    let steps = batches.batchesPerEpoch
    plan = SummarizerPlan(
      options: options, parameters: summarizer.model.parameterCount, trainingPairs: pairs.count,
      stepsPerEpoch: steps, stepsTaken: progress.epoch * steps + progress.step)
    schedule = options.schedule.rates(peak: options.learningRate, steps: plan.steps)
  }

  /// Trains to the end, or until it is told to stop.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the state is saved after every epoch and when told to stop.
  ///   - evaluatesEveryEpoch: Whether the validation part is decoded after every epoch or the last
  ///     only.
  ///   - report: Told what happens.
  ///   - shouldStop: Asked before every step.
  /// - Returns: Whether training is complete.
  @discardableResult
  public func run(
    checkpoint: String? = nil, evaluatesEveryEpoch: Bool = true,
    report: (RunEvent<SummarizerPlan, SummarizerEpoch>) throws -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    try train(
      checkpoint: checkpoint, evaluatesEveryEpoch: evaluatesEveryEpoch, report: report,
      shouldStop: shouldStop)
  }

  var model: any Model { summarizer.model }

  var clipNorm: Double? { options.clipNorm }

  var state: (any RunState)? { SummarizerState(summarizer, progress, best: best) }

  func steps(beforeEpoch index: Int) -> Int { index * plan.stepsPerEpoch }

  func epoch(_ index: Int) -> [[Int]] { batches.epoch(index) }

  func parts(ofStep number: Int, of epoch: [[Int]]) -> Int { epoch[number].count }

  func objective(
    ofStep number: Int, of epoch: [[Int]], share: BatchShare
  ) throws -> StepObjective {
    let (source, targets) = batches.batch(epoch[number], share: share.items)
    let model = summarizer.model
    let decoding = try model.decode(
      model.encode(source), targets: targets, feedback: options.decoderFeedback)
    return try SummarizerLoss(options: options).objective(decoding, targets: targets)
  }

  func report(on epoch: [[Int]], evaluates: Bool) throws -> SummarizerEpoch {
    var validation: TextEvaluation?
    if evaluates {
      let pairs = Array(corpus.valid.prefix(options.validationPairs))
      let evaluation = try summarizer.evaluate(on: pairs).evaluation
      if evaluation.score > best?.validation.score ?? -.infinity {
        let test = Array(corpus.test.prefix(Self.testPairs))
        best = BestEpoch(
          epoch: progress.epoch + 1, validation: evaluation,
          test: try summarizer.evaluate(on: test).evaluation,
          testFromDistribution: try summarizer.evaluate(on: test, decoding: .distribution)
            .evaluation)
      }
      validation = evaluation
    }
    return SummarizerEpoch(
      epoch: progress.epoch + 1, loss: progress.meanLoss, learningRate: optimizer.learningRate,
      seconds: progress.epochSeconds, lossSeconds: progress.epochLossSeconds,
      communicationSeconds: progress.epochCommunicationSeconds,
      validation: validation, best: best)
  }

  /// Test pairs that are decoded at the best epoch.
  static let testPairs = 2_000
}

/// Where a run of text training stands, with the words of its model.
struct SummarizerState: RunState {
  static let key = "text-training"

  let options: SummarizerOptions
  let progress: TrainingProgress
  let best: BestEpoch?
  let sourceVocabulary: Vocabulary
  /// Nil where both are one.
  let targetVocabulary: Vocabulary?

  init(_ summarizer: Summarizer, _ progress: TrainingProgress, best: BestEpoch?) {
    let (source, target) = (summarizer.sourceVocabulary, summarizer.targetVocabulary)
    (options, self.progress, self.best) = (summarizer.options, progress, best)
    (sourceVocabulary, targetVocabulary) = (source, source == target ? nil : target)
  }
}

extension RunCheckpoint<SummarizerState> {
  /// A model with these options, and with the parameters and the words of the saved one.
  ///
  /// - Parameter optimizer: Gets its moments back.
  func summarizer(
    with options: SummarizerOptions, _ optimizer: (any Optimizer)? = nil
  ) throws -> Summarizer {
    let summarizer = try Summarizer(
      options: options, source: state.sourceVocabulary,
      target: state.targetVocabulary ?? state.sourceVocabulary)
    try restore(summarizer.model, optimizer)
    return summarizer
  }
}
