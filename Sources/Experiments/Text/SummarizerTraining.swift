import CombinatorialLosses
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
  public static let unit = "pairs"
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
  let optimizer: Adam
  var progress = TrainingProgress()
  private var best: BestEpoch?
  private let corpus: TextCorpus
  private let batches: PairBatches
  private let schedule: LearningRateSchedule

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
  /// - Throws: ``SummarizerError``, `CheckpointError`.
  public init(
    options: SummarizerOptions, corpus: TextCorpus, start: Start = .fresh
  ) throws {
    if let fault = options.fault { throw SummarizerError.option(fault) }
    self.corpus = corpus
    let pairs = Array(corpus.train.prefix(options.pairs ?? .max))
    guard !pairs.isEmpty else { throw SummarizerError.noPairs }
    optimizer = Adam(learningRate: options.learningRate)
    switch start {
    case .fresh:
      summarizer = try Summarizer(options: options, pairs: pairs)
    case .model(let path):
      summarizer = try SummarizerCheckpoint(contentsOf: path).summarizer(with: options)
    case .resume(let path):
      (summarizer, progress, best) = try SummarizerCheckpoint(contentsOf: path)
        .resume(options, optimizer)
    }
    batches = summarizer.batches(of: pairs)
    let steps = batches.batchesPerEpoch
    plan = SummarizerPlan(
      options: options, parameters: summarizer.model.parameterCount, trainingPairs: pairs.count,
      stepsPerEpoch: steps, stepsTaken: progress.epoch * steps + progress.step)
    schedule = options.learningRateSchedule(steps: plan.steps)
  }

  /// Writes what is needed to resume.
  public func save(to path: String) throws {
    try SummarizerCheckpoint.save(summarizer, optimizer, progress, best: best, to: path)
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
    try runEpochs(
      checkpoint: checkpoint, evaluatesEveryEpoch: evaluatesEveryEpoch, report: report,
      shouldStop: shouldStop)
  }

  func epoch(_ index: Int) -> [[Int]] { batches.epoch(index) }

  var stepsTaken: Int { progress.epoch * plan.stepsPerEpoch + progress.step }

  func steps(ofEpoch index: Int) -> Int { plan.stepsPerEpoch }

  func step(_ number: Int, of epoch: [[Int]]) throws -> StepResult {
    let start = ContinuousClock.now
    let (source, target) = batches.batch(epoch[number])
    let model = summarizer.model
    let objective = try withTraining {
      try SummarizerObjective(
        model.decode(model.encode(source), targets: target, feedback: options.decoderFeedback),
        targets: target, options: options)
    }
    guard objective.loss.isFinite else {
      throw SummarizerError.diverged(
        epoch: progress.epoch + 1, step: number + 1, loss: objective.loss)
    }
    let parameters = model.parameters
    let gradients = try objective.output
      .gradients(of: parameters.map(\.value), cotangent: objective.gradient)
      .clipped(toGlobalNorm: options.clipNorm)
    optimizer.learningRate = schedule.rate(atStep: stepsTaken)
    try optimizer.step(parameters, along: gradients)
    return StepResult(
      items: source.count, loss: objective.loss, seconds: start.secondsUntilNow,
      lossSeconds: objective.seconds)
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
      validation: validation, best: best)
  }

  /// Test pairs that are decoded at the best epoch.
  static let testPairs = 2_000
}
