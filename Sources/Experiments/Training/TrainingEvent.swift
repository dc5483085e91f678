/// What a training run tells while it works.
public enum TrainingEvent: Sendable {
  case started(TrainingPlan)
  case step(StepReport)
  case epoch(EpochReport)
  /// The state was written to this file.
  case saved(path: String)
}

/// The size of a run.
public struct TrainingPlan: Sendable, Codable, Equatable {
  public let options: BagTrainingOptions
  public let parameters: Int
  public let trainingPictures: Int
  public let testPictures: Int
  public let stepsPerEpoch: Int
  /// Steps that an earlier part of this run took.
  public let stepsTaken: Int

  /// Steps of the whole run.
  public var steps: Int { stepsPerEpoch * options.epochs }
}

/// One step of training.
public struct StepReport: Sendable, Equatable {
  /// Counted from 1 over the whole run.
  public let step: Int
  public let steps: Int
  /// Counted from 1.
  public let epoch: Int
  /// The mean loss per picture of the epoch so far.
  public let loss: Double
  public let pictures: Int
  public let seconds: Double
}

/// One epoch of training.
public struct EpochReport: Sendable, Codable, Equatable {
  /// Counted from 1.
  public let epoch: Int
  public let bagSize: Int
  /// Pictures trained on; those of skipped bags do not count.
  public let pictures: Int
  public let bags: Int
  public let skippedBags: Int
  /// The mean loss per picture.
  public let loss: Double
  /// The learning rate of the last step.
  public let learningRate: Double
  /// Time of all steps.
  public let seconds: Double
  /// The part of ``seconds`` that costs, matching and the loss's gradient by the logits took.
  public let lossSeconds: Double
  public let picturesPerSecond: Double
  /// The share of test pictures that are classified wrongly, where it was measured.
  public let testError: Double?

  /// The share of the loss in the time of training.
  public var lossShare: Double { seconds > 0 ? lossSeconds / seconds : 0 }
}
