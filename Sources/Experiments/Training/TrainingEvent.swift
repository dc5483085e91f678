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
  /// What is trained, and how.
  public let options: BagTrainingOptions
  /// How many numbers training changes.
  public let parameters: Int
  /// Pictures trained on in an epoch of the run's bag size.
  public let trainingPictures: Int
  /// Pictures of the test part.
  public let testPictures: Int
  /// Steps of the whole run.
  public let steps: Int
  /// Steps that an earlier part of this run took.
  public let stepsTaken: Int
}

/// One step of training.
public struct StepReport: Sendable, Equatable {
  /// Counted from 1 over the whole run.
  public let step: Int
  /// Steps of the whole run.
  public let steps: Int
  /// Counted from 1.
  public let epoch: Int
  /// The mean loss per picture of the epoch so far.
  public let loss: Double
  /// Pictures of this step.
  public let pictures: Int
  /// Time of this step.
  public let seconds: Double
}

/// One epoch of training.
public struct EpochReport: Sendable, Codable, Equatable {
  /// Counted from 1.
  public let epoch: Int
  /// Pictures in a bag.
  public let bagSize: Int
  /// Pictures trained on; those of skipped bags do not count.
  public let pictures: Int
  /// Bags trained on.
  public let bags: Int
  /// Bags that were drawn and had too few distinct labels.
  public let skippedBags: Int
  /// The mean loss per picture.
  public let loss: Double
  /// The learning rate of the last step.
  public let learningRate: Double
  /// Time of all steps.
  public let seconds: Double
  /// The part of ``seconds`` that costs, matching and the loss's gradient by the logits took.
  public let lossSeconds: Double
  /// ``pictures`` over ``seconds``.
  public let picturesPerSecond: Double
  /// The share of test pictures that are classified wrongly, where it was measured.
  public let testError: Double?

  /// The share of the loss in the time of training.
  public var lossShare: Double { seconds > 0 ? lossSeconds / seconds : 0 }
}
