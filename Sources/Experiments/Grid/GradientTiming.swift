/// What an epoch would take by one gradient at one bag size, from some of its steps.
public struct GradientTiming: Sendable, Codable, Equatable {
  /// The options of the epoch.
  public let options: BagTrainingOptions
  /// Steps that were timed.
  public let timedSteps: Int
  /// The median time of a step, network included.
  public let stepSeconds: Double
  /// The median time that the loss and its gradient by the logits took in a step.
  public let lossSeconds: Double
  /// Steps of a whole epoch.
  public let stepsPerEpoch: Int

  /// ``stepSeconds`` times ``stepsPerEpoch``.
  public let extrapolatedEpochSeconds: Double
  /// ``lossSeconds`` times ``stepsPerEpoch``.
  public let extrapolatedLossSeconds: Double

  init(
    options: BagTrainingOptions, timedSteps: Int, stepSeconds: Double, lossSeconds: Double,
    stepsPerEpoch: Int
  ) {
    (self.options, self.timedSteps, self.stepSeconds) = (options, timedSteps, stepSeconds)
    (self.lossSeconds, self.stepsPerEpoch) = (lossSeconds, stepsPerEpoch)
    extrapolatedEpochSeconds = stepSeconds * Double(stepsPerEpoch)
    extrapolatedLossSeconds = lossSeconds * Double(stepsPerEpoch)
  }
}

/// Times the gradients against each other: each takes the same steps of its own copy of the network on
/// the same bags, in turn, so that what else the machine does meets them all alike.
public struct GradientTimer: Sendable {
  /// The options of every run but for gradient and bag size.
  public var options: BagTrainingOptions
  /// Bag sizes to time.
  public var bagSizes: [Int]
  /// Steps to time of each gradient.
  public var steps: Int

  /// The first steps are slower: caches and buffers are cold.
  private static let untimedSteps = 3

  /// A comparison of all gradients.
  public init(options: BagTrainingOptions, bagSizes: [Int], steps: Int) {
    (self.options, self.bagSizes, self.steps) = (options, bagSizes, steps)
  }

  /// Bag by bag and gradient by gradient.
  ///
  /// - Throws: ``TrainingError`` where an epoch has too few steps, and what training throws.
  public func run(on dataset: ImageDataset) throws -> [GradientTiming] {
    try bagSizes.flatMap { try timings(bagSize: $0, dataset) }
  }

  private func timings(bagSize: Int, _ dataset: ImageDataset) throws -> [GradientTiming] {
    // Bags of one have no matching: every gradient is that of the cross-entropy.
    let gradients = bagSize == 1 ? [.value] : BagGradient.allCases
    let runs = try gradients.map { gradient in
      var options = options
      options.bagSize = bagSize
      options.gradient = gradient
      options.curriculum = []
      return try TimedRun(options, dataset)
    }
    let stepsPerEpoch = runs[0].training.steps(ofEpoch: 0)
    guard Self.untimedSteps + steps <= stepsPerEpoch else {
      throw TrainingError.option(
        "steps: expected at most \(stepsPerEpoch - Self.untimedSteps) for bags of \(bagSize), "
          + "found \(steps)")
    }
    for step in 0..<Self.untimedSteps + steps {
      for turn in runs.indices {
        try runs[(step + turn) % runs.count].step(isTimed: step >= Self.untimedSteps)
      }
    }
    return runs.map { $0.timing(stepsPerEpoch: stepsPerEpoch) }
  }
}

private final class TimedRun {
  let training: BagTraining
  private let epoch: BagEpoch
  private var results: [StepResult] = []

  init(_ options: BagTrainingOptions, _ dataset: ImageDataset) throws {
    training = try BagTraining(options: options, dataset: dataset)
    epoch = try training.epoch(0)
  }

  func step(isTimed: Bool) throws {
    let result = try training.nextStep(of: epoch)
    if isTimed { results.append(result) }
  }

  func timing(stepsPerEpoch: Int) -> GradientTiming {
    GradientTiming(
      options: training.plan.options, timedSteps: results.count,
      stepSeconds: Self.median(results.map(\.seconds)),
      lossSeconds: Self.median(results.map(\.lossSeconds)), stepsPerEpoch: stepsPerEpoch)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
