/// A finished training run, as a line of a results file.
public struct BagRun: Sendable, Codable, Equatable {
  /// What the tool is called with to train the same again.
  public let command: String
  /// The same options by name.
  public let options: BagTrainingOptions
  /// The share of test pictures that are classified wrongly.
  public let testError: Double
  /// Time of all steps; evaluation is not counted.
  public let seconds: Double
  /// The share of ``seconds`` that the loss and its gradient by the logits took.
  public let lossShare: Double

  /// The end of a run.
  public init(
    options: BagTrainingOptions, testError: Double, seconds: Double, lossShare: Double
  ) {
    command = "combinatorial-losses bags train \(options.arguments.joined(separator: " "))"
    (self.options, self.testError) = (options, testError)
    (self.seconds, self.lossShare) = (seconds, lossShare)
  }
}

extension BagTrainingOptions {
  /// The arguments of `bags train` that give these options, defaults included.
  public var arguments: [String] {
    var arguments = ["--data", "\(data)", "--bag-size", "\(bagSize)"]
    if !curriculum.isEmpty {
      arguments += ["--curriculum", curriculum.map(String.init).joined(separator: ",")]
    }
    arguments += ["--gradient", gradient.rawValue]
    switch gradient {
    case .value: break
    case .interpolated: arguments += ["--lambda", "\(lambda)"]
    case .lp: arguments += ["--smoothing", "\(smoothing)"]
    }
    arguments += ["--model", network.rawValue, "--epochs", "\(epochs)"]
    if let pictures { arguments += ["--pictures", "\(pictures)"] }
    return arguments + [
      "--batch-size", "\(batchSize)", "--learning-rate", "\(learningRate)",
      "--schedule", schedule.rawValue, "--momentum", "\(momentum)",
      "--weight-decay", "\(weightDecay)", augments ? "--augment" : "--no-augment",
      "--seed", "\(seed)",
    ]
  }
}
