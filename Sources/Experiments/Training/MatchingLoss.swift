import CombinatorialLosses
import LinearPrograms

/// The loss of bags of one size, by any of the gradients that the experiment compares.
///
/// What is learned from is the cost of matching a bag's pictures with its labels. Which picture has
/// which label is not known, so the baselines, which differentiate a matching M, cannot compare it with
/// the right one: as the optimal value does, they end in <C, M>, once more on the tape by both factors.
///
/// For the interpolated gradient dL/dM = C, so that the second problem is a multiple of the first, and
/// has the same solution: its gradient is M* too, up to ties within rounding.
struct MatchingLoss: Sendable {
  let bagSize: Int
  private let method: Method

  private enum Method: Sendable {
    case value
    case interpolated(InterpolatedGradient)
    case smoothed(SmoothedLinearProgram, ConstraintMatrix)
  }

  init(_ options: BagTrainingOptions, bagSize: Int) throws {
    self.bagSize = bagSize
    switch options.gradient {
    case .value: method = .value
    case .interpolated: method = .interpolated(try .init(lambda: Float(options.lambda)))
    case .lp:
      let costs = [Double](repeating: 0, count: bagSize * bagSize)
      let polytope = try LinearModel.assignment(costs, rows: bagSize, columns: bagSize)
      method = .smoothed(.init(smoothing: options.smoothing), polytope.constraints)
    }
  }

  /// The mean loss per picture, on the tape of the logits.
  ///
  /// The loss of a bag is divided by the bag's size, so that learning rates suit every bag size. Bags
  /// of one picture have the cross-entropy.
  ///
  /// - Parameters:
  ///   - logits: [pictures, classes], bag after bag.
  ///   - labels: The labels of each bag, in any order within it.
  func callAsFunction(logits: Tensor, labels: [Int32]) throws -> Tensor {
    guard bagSize > 1 else { return try crossEntropy(logits: logits, labels: labels).mean() }
    let bags = try logits.reshaped([labels.count / bagSize, bagSize, logits.shape[1]])
    switch method {
    case .value: return try bagLoss(logits: bags, labels: labels).mean() * (1 / Float(bagSize))
    case .interpolated(let gradient):
      let costs = try bagCosts(logits: bags, labels: labels)
      let matching = try Assignment().solution(costs, gradient: gradient)
      return try (costs * matching).sum() / Float(labels.count)
    case .smoothed(let program, let polytope):
      let costs = try bagCosts(logits: bags, labels: labels)
        .reshaped([bags.shape[0], bagSize * bagSize])
      let matching = try program.solution(
        costs: costs, constraints: polytope,
        bounds: [Double](repeating: 1, count: polytope.rows))
      return try (costs * matching).sum() / Float(labels.count)
    }
  }
}
