import CombinatorialLosses
import CombinatorialSolvers
import DifferentiableTensor
import NeuralLayers
import ProblemFiles

/// A linear model that predicts costs, trained by what decisions on them cost: one run is one epoch.
extension PreparedProblem {
  /// The order of the arrays: features, true costs and their solutions `[instances, …]` to train on, features and true
  /// costs to test on, the model's parameters, which instances each epoch goes through `[epochs, instances]`, settings,
  /// and the problem's own. Solutions are data: where costs tie, which one is learnt decides what is learnt.
  static func decisions(_ inputs: [NumPyArray], about problem: DecisionProblem) throws
    -> PreparedProblem
  {
    let arrays = try TrainingInputs(inputs, count: 9)
    switch problem {
    case .shortestPath:
      let ends = try arrays.integers(8)
      let arcs = stride(from: 0, to: ends.count - 1, by: 2).map { (ends[$0], ends[$0 + 1]) }
      let last = arcs.reduce(0) { max($0, $1.0, $1.1) }
      let graph = try DirectedGraph(
        nodeCount: last + 1, arcs: arcs.map { (tail: $0.0, head: $0.1) })
      return try training(arrays, ShortestPath(graph, from: 0, to: last, maxThreads: 1))
    case .knapsack:
      let weights = try arrays.integers(8)
      return try training(
        arrays,
        Knapsack(weights: weights.dropLast(), capacity: weights.last ?? 0, maxThreads: 1))
    }
  }

  private static func training(
    _ arrays: TrainingInputs, _ problem: some PrimalProblem
  ) throws -> PreparedProblem {
    let training = try DecisionTraining(arrays, problem)
    return PreparedProblem(
      instances: 1, run: training.epoch, check: {},
      results: {
        let regret = try training.regret()
        return [
          try NumPyArray(shape: [1], elements: .double([regret.normalized])),
          try NumPyArray(
            shape: [training.model.parameterCount],
            elements: .float(training.model.parameters.flatMap(\.value.scalars))),
        ]
      })
  }
}

/// What is decided: a path from the first node to the last, or what to take along.
enum DecisionProblem {
  case shortestPath, knapsack
}

/// A model, its optimizer, and what it learns from.
private final class DecisionTraining<Problem: PrimalProblem> {
  let model: Linear
  private let problem: Problem
  private let features, costs, testFeatures, testCosts: Tensor
  private let optimum, testOptimum: Optimum
  private let orders: [[Int]]
  private let settings: Settings
  private let optimizer: Adam
  private var epochs = 0

  /// As the array has them.
  private struct Settings {
    enum Loss: Int {
      case spoPlus, perturbed, hinge
    }

    let loss: Loss
    let batch, samples: Int
    let learningRate: Double
    let sigma, margin: Float

    init(_ numbers: [Double]) throws {
      guard numbers.count == 6, let loss = Loss(rawValue: Int(numbers[0])), numbers[1] >= 1,
        numbers[2] >= 1
      else {
        throw BenchmarksError.badRequest(
          "expected loss 0 to 2, batch, samples, learning rate, sigma and margin, found \(numbers)")
      }
      (self.loss, batch, samples) = (loss, Int(numbers[1]), Int(numbers[2]))
      (learningRate, sigma, margin) = (numbers[3], Float(numbers[4]), Float(numbers[5]))
    }
  }

  init(_ arrays: TrainingInputs, _ problem: Problem) throws {
    self.problem = problem
    (features, costs) = (try arrays.tensor(0), try arrays.tensor(1))
    (testFeatures, testCosts) = (try arrays.tensor(3), try arrays.tensor(4))
    let solution = try arrays.tensor(2)
    optimum = Optimum(
      values: try (costs * solution).sum(axes: [1]).scalars.map(Double.init), solution: solution)
    testOptimum = try problem.optimum(testCosts)
    var generator = SeededGenerator(seed: 1)
    model = try Linear(inputs: features.shape[1], outputs: costs.shape[1], using: &generator)
    var start = try arrays.tensor(5).scalars[...]
    guard start.count == model.parameterCount else {
      throw BenchmarksError.badRequest(
        "expected \(model.parameterCount) parameters, found \(start.count)")
    }
    for parameter in model.parameters {
      try parameter.assign(
        Tensor(Array(start.prefix(parameter.value.count)), shape: parameter.value.shape))
      start = start.dropFirst(parameter.value.count)
    }
    let (order, count) = (try arrays.integers(6), features.shape[0])
    guard !order.isEmpty, count > 0, order.count % count == 0, order.allSatisfy({ $0 < count })
    else {
      throw BenchmarksError.badRequest("expected places of \(count) instances for each epoch")
    }
    orders = stride(from: 0, to: order.count, by: count).map { Array(order[$0..<$0 + count]) }
    settings = try Settings(arrays.numbers(7))
    optimizer = Adam(learningRate: settings.learningRate)
  }

  /// One pass over the training data.
  func epoch() throws {
    let order = orders[epochs % orders.count]
    epochs += 1
    for start in stride(from: 0, to: order.count, by: settings.batch) {
      let chosen = order[start..<min(start + settings.batch, order.count)]
      let loss = try withTraining {
        try self.loss(of: model(rows(chosen, of: features)), chosen, draw: UInt64(start))
      }
      try optimizer.step(model.parameters, along: loss.gradients(of: model.parameters))
    }
  }

  /// Of the test data, the model as it is.
  func regret() throws -> Regret {
    try problem.regret(model(testFeatures), trueCosts: testCosts, trueOptimum: testOptimum)
  }

  private func loss(
    of predicted: Tensor, _ chosen: ArraySlice<Int>, draw: UInt64
  ) throws -> Tensor {
    let solution = try rows(chosen, of: optimum.solution)
    switch settings.loss {
    case .spoPlus:
      return try problem.spoPlusLoss(
        predicted, trueCosts: rows(chosen, of: costs),
        trueOptimum: Optimum(values: chosen.map { optimum.values[$0] }, solution: solution)
      ).mean()
    case .perturbed:
      return try problem.perturbed(
        samples: settings.samples, sigma: settings.sigma, seed: UInt64(epochs) << 32 + draw
      ).fenchelYoungLoss(predicted, target: solution).mean()
    case .hinge:
      return try problem.structuredHingeLoss(
        predicted, target: solution, margin: settings.margin
      ).mean()
    }
  }

  private func rows(_ chosen: ArraySlice<Int>, of matrix: Tensor) throws -> Tensor {
    let width = matrix.shape[1]
    return try Tensor(shape: [chosen.count, width]) { rows in
      matrix.withUnsafeScalars { matrix in
        for (row, place) in chosen.enumerated() {
          for column in 0..<width { rows[row * width + column] = matrix[place * width + column] }
        }
      }
    }
  }
}
