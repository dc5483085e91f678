/// What a training run tells while it works.
public enum RunEvent<Plan: RunPlan, Epoch: RunEpoch>: Sendable {
  /// The run begins, or goes on.
  case started(Plan)
  /// A step was taken.
  case step(StepReport)
  /// An epoch ended.
  case epoch(Epoch)
  /// The state was written to this file.
  case saved(path: String)
}

/// The size of a run, and how it is shown.
public protocol RunPlan: Sendable, Encodable {
  /// Epochs of the whole run.
  var epochs: Int { get }
  /// Steps of the whole run.
  var steps: Int { get }
  /// Steps that an earlier part of this run took.
  var stepsTaken: Int { get }
  /// What the items that it is trained on are called.
  var unit: String { get }
  /// What is trained, and on what.
  var summary: String { get }
}

/// What an epoch of a run gave.
public protocol RunEpoch: Sendable, Encodable {
  /// Counted from 1.
  var epoch: Int { get }
  /// One line without the epoch's number.
  var summary: String { get }
}

/// What bag training tells.
public typealias TrainingEvent = RunEvent<TrainingPlan, EpochReport>

/// The size of a run of bag training.
public struct TrainingPlan: RunPlan, Codable, Equatable {
  /// What is trained, and how.
  public let options: BagTrainingOptions
  /// How many numbers training changes.
  public let parameters: Int
  /// Pictures trained on in an epoch of the run's bag size.
  public let trainingPictures: Int
  /// Pictures in the smallest bag.
  public let smallestBag: Int
  /// Pictures in the largest bag.
  public let largestBag: Int
  /// Pictures of the test part; 0: there is none.
  public let testPictures: Int
  /// Steps of the whole run.
  public let steps: Int
  /// Steps that an earlier part of this run took.
  public let stepsTaken: Int

  /// Epochs of the whole run.
  public var epochs: Int { options.epochs }
  /// What items are called.
  public var unit: String { "pictures" }

  /// The network, the data and the size of bags.
  public var summary: String {
    "\(options.network.rawValue), \(parameters) parameters, \(options.data), "
      + "bags of \(smallestBag)\(largestBag > smallestBag ? " to \(largestBag)" : ""), \(trainingPictures) pictures an epoch"
  }
}

/// One step of training.
public struct StepReport: Sendable, Equatable {
  /// Counted from 1 over the whole run.
  public let step: Int
  /// Steps of the whole run.
  public let steps: Int
  /// Counted from 1.
  public let epoch: Int
  /// The mean loss per item of the epoch so far.
  public let loss: Double
  /// What this step minimized.
  public let stepLoss: Double
  /// Pictures, pairs or maps of this step.
  public let items: Int
  /// Time of this step.
  public let seconds: Double
}

/// One epoch of bag training.
public struct EpochReport: RunEpoch, Codable, Equatable {
  /// Counted from 1.
  public let epoch: Int
  /// Pictures in a bag; of bags of the user's own, in the largest.
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
  /// The part of ``seconds`` in which the first process sent to others or waited for them; nil: it is alone.
  public let communicationSeconds: Double?
  /// ``pictures`` over ``seconds``.
  public let picturesPerSecond: Double
  /// The share of test pictures that are classified wrongly, where it was measured.
  public let testError: Double?

  /// The share of the loss in the time of training.
  public var lossShare: Double { seconds > 0 ? lossSeconds / seconds : 0 }

  /// Loss, test error, speed and the share of the loss.
  public var summary: String {
    let error = testError.map { "  test error \(TrainingDisplay.percent($0))" } ?? ""
    let skipped = bagSize > 1 ? "  \(skippedBags) bags skipped" : ""
    return "loss \(TrainingDisplay.decimal(loss, 3))\(error)  "
      + "\(Int(picturesPerSecond)) pictures/s  \(TrainingDisplay.decimal(seconds, 1)) s, "
      + "\(TrainingDisplay.percent(lossShare, 2)) in the loss"
      + TrainingDisplay.communication(communicationSeconds, of: seconds) + skipped
  }
}

/// The size of a run that is told in a few words.
public struct PlainPlan: RunPlan {
  /// Epochs of the whole run.
  public let epochs: Int
  /// Steps of the whole run.
  public let steps: Int
  /// None: such runs are not resumed.
  public let stepsTaken = 0
  /// What items are called.
  public let unit: String
  /// What is trained.
  public let summary: String
}

/// An epoch of which nothing is told but its loss.
public struct PlainEpoch: RunEpoch {
  /// Counted from 1.
  public let epoch: Int
  /// The mean per item.
  public let loss: Double
  /// The loss.
  public var summary: String { "mean loss \(loss)" }
}
