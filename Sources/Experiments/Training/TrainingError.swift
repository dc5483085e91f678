/// Why a training run cannot start or go on.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option is out of its range.
  case option(String)
  /// There is nothing to train on.
  case noPairs
  /// The loss is no number any more.
  case diverged(epoch: Int, step: Int, reason: String)
  /// A file holds tensors, but no training run.
  case notACheckpoint(file: String, reason: String)
  /// The run in the checkpoint had another option.
  case differentRun(file: String, option: String)
  /// A step has fewer bags or pairs than processes train.
  case tooFewParts(expected: Int, found: Int, unit: String)
  /// The network in the checkpoint is for other pictures.
  case differentPictures(expected: String, found: String)

  /// One line with what was expected and what was found.
  public var description: String {
    switch self {
    case .option(let fault): fault
    case .noPairs: "expected at least one pair to train on, found none"
    case .diverged(let epoch, let step, let reason):
      "training diverged in epoch \(epoch), step \(step): \(reason); try a lower learning rate"
    case .notACheckpoint(let file, let reason):
      "\(file): not a checkpoint of a training run: \(reason)"
    case .differentRun(let file, let option):
      "\(file): cannot be resumed with other options: \(option)"
    case .tooFewParts(let expected, let found, let unit):
      "batch size: expected \(unit) in a step for each of \(expected) processes, found \(found)"
    case .differentPictures(let expected, let found):
      "the network was trained on pictures of \(expected), found \(found)"
    }
  }
}
