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
public struct PathOptions: Sendable, Codable, Equatable {
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
    for (name, value) in [
      ("maps", maps), ("test-maps", testMaps), ("epochs", epochs), ("batch", batch),
    ] where !(1...1_000_000).contains(value) {
      return "--\(name): expected 1 to 1000000, found \(value)"
    }
    for (name, value) in [("lambda", lambda), ("learning-rate", learningRate)]
    where !(value > 0 && value.isFinite) {
      return "--\(name): expected a number greater than 0, found \(value)"
    }
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
public final class PathTraining {
  /// The options.
  public let options: PathOptions
  private let maps: TerrainMaps
  private let network: any Layer

  /// A run that has not been started.
  public init(options: PathOptions, maps: TerrainMaps) throws {
    self.options = options
    self.maps = maps
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
  /// - Parameter report: Gets the mean loss of a map after each epoch, counted from 1.
  /// - Returns: Whether training is complete.
  public func run(
    report: (_ epoch: Int, _ loss: Double) throws -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    let optimizer = Adam(learningRate: options.learningRate)
    let steps = (maps.count + options.batch - 1) / options.batch
    let schedule = LearningRateSchedule.cosine(
      initial: options.learningRate, steps: steps * options.epochs)
    for epoch in 0..<options.epochs {
      var generator = RandomStream.mapOrder.generator(seed: options.seed, at: epoch)
      let order = (0..<maps.count).shuffled(using: &generator)
      var sum = 0.0
      for step in 0..<steps {
        guard !shouldStop() else { return false }
        optimizer.learningRate = schedule.rate(atStep: epoch * steps + step)
        let end = min(order.count, (step + 1) * options.batch)
        let batch = try maps.batch(order[step * options.batch..<end])
        let loss = try loss(batch)
        let gradients = try loss.gradients(of: network.parameters.map(\.value))
        try optimizer.step(network.parameters, along: gradients)
        sum += Double(try loss.item())
      }
      try report(epoch + 1, sum / Double(maps.count))
    }
    return true
  }

  /// The predicted costs of tiles, `[maps, tiles, tiles]`: at least 1, on the tape of the parameters. Paths
  /// tell nothing of the unit; the margin of 1 in the loss sets it, and takes no cost below 0.
  func costs(_ pictures: Tensor) throws -> Tensor {
    let side = TerrainMaps.side
    let centred = (pictures - 0.5) * 4
    let output = try network(centred).reshaped([pictures.shape[0], side, side])
    // log(1 + exp(x)) without overflow.
    let softplus = try output.relu() + ((output.abs() * -1).exp() + 1).log()
    return softplus * 4 + 1
  }

  /// The loss, summed over the maps of a batch.
  func loss(_ batch: TerrainBatch) throws -> Tensor {
    let (costs, target) = (try costs(batch.pictures), batch.optimum.solution)
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
    try TerrainMaps.problem.solve(costs.clamped(to: 0...Float.infinity))
  }

  func solve(batch costs: Tensor, lengths: Lengths?) throws -> [PrimalSolution] {
    try TerrainMaps.problem.solve(
      batch: costs.clamped(to: 0...Float.infinity), lengths: lengths)
  }
}
