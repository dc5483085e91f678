import CombinatorialLosses
import NeuralLayers

/// How the loss of predicted tile costs c, given the true path y, finds its gradient.
public enum PathGradient: String, Sendable, Codable, CaseIterable {
  /// The loss is c.y - z*(c - m), by how much the true path is dearer than the shortest one, where tiles
  /// off the true path are cheaper by a margin and those on it dearer: by the optimal value, whose gradient
  /// is a path: one run of the solver.
  case value
  /// The loss is the number of tiles in which the path y(c) and y differ, and y has an interpolated
  /// gradient: two runs of the solver (Vlastelica et al. 2020).
  case interpolated
}

/// The options of a run.
public struct PathOptions: RunOptions {
  /// How the gradient is found.
  public var gradient = PathGradient.value
  /// By how much the true path is to be cheaper than others for each tile in which they differ, where the
  /// cheapest tiles cost 1: 0 ... 1, of the gradient by the optimal value. Where several paths are
  /// shortest, only one of which is shown, a large margin asks for what cannot be.
  public var margin = 0.2
  /// Of the interpolated gradient.
  public var lambda = 5.0
  /// Maps to train on.
  public var maps = 3_000
  /// Maps of the test.
  public var testMaps = 1_000
  /// Passes over the maps.
  public var epochs = 40
  /// Maps in a step.
  public var batch = 10
  /// Adam's, at first; it falls to 0 along half a cosine.
  public var learningRate = 0.003
  /// Determines maps, parameters and order.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  /// Why these are no options; nil: they are.
  public var fault: String? {
    let fault =
      Self.fault(counts: [
        "--maps": maps, "--test-maps": testMaps, "--epochs": epochs, "--batch-size": batch,
      ]) ?? Self.fault(positive: ["--lambda": lambda, "--learning-rate": learningRate])
    if let fault { return fault }
    return (0...1).contains(margin) ? nil : "--margin: expected 0 to 1, found \(margin)"
  }
}

/// What a trained network does on maps that it never saw.
public struct PathEvaluation: Sendable, Codable, Equatable {
  /// The share of maps whose predicted path is a shortest one.
  public let accuracy: Double
  /// What predicted paths cost more than the shortest ones, as a share of what these cost.
  public let regret: Double
  /// How well predicted costs order pairs of terrains: the share of pairs of tiles with different costs,
  /// within a map, whose predicted costs are ordered alike.
  public let order: Double
}

/// A network that learns what terrain costs from pictures and their shortest paths alone.
public final class PathTraining: EpochTraining {
  /// The options.
  public let options: PathOptions
  let plan: PlainPlan
  let optimizer: any Optimizer
  let schedule: LearningRateSchedule
  var progress = TrainingProgress()
  private let maps: TerrainMaps
  private let network: any Layer

  /// A run that has not been started.
  public init(options: PathOptions, maps: TerrainMaps) throws {
    (self.options, self.maps) = (options, maps)
    plan = PlainPlan(
      epochs: options.epochs, steps: options.epochs * maps.count.dividedUp(by: options.batch),
      unit: "maps", summary: "\(options.gradient.rawValue), \(maps.count) maps an epoch")
    optimizer = Adam(learningRate: options.learningRate)
    schedule = .cosine(initial: options.learningRate, steps: plan.steps)
    var generator = RandomStream.parameters.generator(seed: options.seed)
    network = Sequential(
      try Convolution2D(
        inputChannels: 3, outputChannels: 16, kernelSize: 3, padding: 1, using: &generator),
      ReLU(), AveragePool2D(kernelSize: 2),
      try Convolution2D(
        inputChannels: 16, outputChannels: 32, kernelSize: 3, padding: 1, using: &generator),
      ReLU(), AveragePool2D(kernelSize: 2),
      try Convolution2D(inputChannels: 32, outputChannels: 1, kernelSize: 1, using: &generator))
  }

  /// Trains to the end, or until it is told to stop.
  ///
  /// - Parameters:
  ///   - report: Told what happens.
  ///   - shouldStop: Asked between steps.
  /// - Returns: Whether training is complete.
  public func run(
    report: (RunEvent<PlainPlan, PlainEpoch>) throws -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    try train(report: report, shouldStop: shouldStop)
  }

  var model: any Model { network }

  func steps(beforeEpoch index: Int) -> Int { index * maps.count.dividedUp(by: options.batch) }

  /// The order of the maps.
  func epoch(_ index: Int) -> [Int] {
    var generator = RandomStream.mapOrder.generator(seed: options.seed, at: index)
    return (0..<maps.count).shuffled(using: &generator)
  }

  func objective(
    ofStep number: Int, of order: [Int], share: BatchShare
  ) throws -> StepObjective {
    let indices = order.dropFirst(number * options.batch).prefix(options.batch)
    let batch = try maps.batch(indices)
    let target = batch.optimum.solution
    return StepObjective(
      output: try costs(batch.pictures), items: indices.count, isMean: false
    ) { try self.loss($0, target: target) }
  }

  func report(on order: [Int], evaluates: Bool) -> PlainEpoch {
    PlainEpoch(epoch: progress.epoch + 1, loss: progress.meanLoss)
  }

  /// The predicted costs of tiles, `[maps, tiles, tiles]`: at least 1, on the tape of the parameters. Paths
  /// tell nothing of the unit; the margin of 1 in the loss sets it, and takes no cost below 0.
  func costs(_ pictures: Tensor) throws -> Tensor {
    let side = TerrainMaps.side
    let centered = (pictures - 0.5) * 4
    let output = try network(centered).reshaped([pictures.shape[0], side, side])
    // log(1 + exp(x)) without overflow.
    let softplus = try output.relu() + ((output.abs() * -1).exp() + 1).log()
    return softplus * 4 + 1
  }

  /// The loss of predicted costs, summed over the maps of a batch.
  func loss(_ costs: Tensor, target: Tensor) throws -> Tensor {
    switch options.gradient {
    case .value:
      let margin = (target * -2 + 1) * Float(options.margin)
      return try TerrainMaps.problem
        .structuredHingeLoss(costs, target: target, augmentation: margin).sum()
    case .interpolated:
      let path = try NonnegativeGridPath().solution(
        costs, gradient: .interpolated(lambda: Float(options.lambda)))
      return try (path * (target * -2 + 1) + target).sum()
    }
  }

  /// Evaluates on maps that training did not see.
  public func evaluate(on test: TerrainMaps) throws -> PathEvaluation {
    let batch = try test.batch(0..<test.count)
    let predicted = try predictedCosts(batch)
    let regret = try TerrainMaps.problem.regret(
      predicted, trueCosts: batch.costs, trueOptimum: batch.optimum)
    let right = zip(regret.values, regret.optimalValues).count { $0 < 1e-5 * $1 }
    return PathEvaluation(
      accuracy: Double(right) / Double(test.count), regret: regret.normalized,
      order: orderedShare(predicted.scalars, batch.costs.scalars))
  }

  func predictedCosts(_ batch: TerrainBatch) throws -> Tensor {
    try withEvaluation { try costs(batch.pictures).detached }
  }

  private func orderedShare(_ predicted: [Float], _ actual: [Float]) -> Double {
    let tiles = TerrainMaps.side * TerrainMaps.side
    var (right, pairs) = (0, 0)
    for first in stride(from: 0, to: predicted.count, by: tiles) {
      for a in first..<first + tiles {
        for b in first..<a where actual[a] != actual[b] {
          pairs += 1
          right += (predicted[a] < predicted[b]) == (actual[a] < actual[b]) ? 1 : 0
        }
      }
    }
    return Double(right) / Double(max(1, pairs))
  }
}

/// Paths over grids whose costs interpolation may have moved below 0: those count as 0, as in the code of
/// Vlastelica et al.
struct NonnegativeGridPath: PrimalProblem {
  var costRank: Int { 2 }

  func solve(_ costs: Tensor) throws -> PrimalSolution {
    let (scalars, columns) = (costs.scalars, costs.shape[1])
    let path = try TerrainMaps.problem.solve(
      scalars.map { $0 < 0 ? 0 : $0 }, rows: costs.shape[0], columns: columns)
    let positions = path.cells.map { $0.row * columns + $0.column }
    return PrimalSolution(
      value: positions.reduce(0) { $0 + Double(scalars[$1]) }, chosen: positions)
  }
}
