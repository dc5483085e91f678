import CombinatorialLosses
import DifferentiableTensor
import Testing

@testable import CombinatorialExperiments

@Suite struct MatchingLossTests {
  private static func loss(
    _ gradient: BagGradient, bagSize: Int, smoothing: Double = 1e-3
  ) throws -> MatchingLoss {
    var options = BagTrainingOptions()
    options.gradient = gradient
    options.smoothing = smoothing
    return try MatchingLoss(options, bagSize: bagSize)
  }

  private static func bags(_ count: Int, of size: Int) throws -> (Tensor, [Int32]) {
    var random = SeededGenerator(seed: 71)
    let logits = try Tensor.random(
      normal: [count * size, 12], standardDeviation: 2, using: &random)
    let labels = (0..<count * size).map { _ in Int32.random(in: 0..<12, using: &random) }
    return (logits, labels)
  }

  /// dL/dM is C, so that the second run of interpolation solves the same problem; a small enough
  /// quadratic term leaves a unique solution as it is, and its derivative is 0. Labels that occur
  /// twice make ties, which the linear program splits; the gradient by the logits is the same.
  @Test(arguments: BagGradient.allCases, [2, 4, 7])
  func allGradientsAgree(gradient: BagGradient, bagSize: Int) throws {
    let (logits, labels) = try Self.bags(9, of: bagSize)
    let objectives = try [BagGradient.value, gradient].map {
      let loss = try Self.loss($0, bagSize: bagSize)
      return try StepObjective(output: logits, items: labels.count) {
        try loss(logits: $0, labels: labels)
      }.evaluate()
    }
    #expect(abs(objectives[0].loss - objectives[1].loss) <= 1e-5 * objectives[0].loss)
    let differences = zip(objectives[0].gradient.scalars, objectives[1].gradient.scalars)
      .map { abs($0 - $1) }
    #expect(differences.allSatisfy { $0 <= 1e-5 }, "\(differences.max() ?? 0)")
  }

  /// A large quadratic term mixes all matchings, so that no variable is 0 and the solution is smooth;
  /// the derivative through its conditions is exact.
  @Test func smoothedGradientAgreesWithDifferences() throws {
    let (logits, labels) = try Self.bags(2, of: 4)
    let loss = try Self.loss(.lp, bagSize: 4, smoothing: 100)
    let report = try GradientCheck.centralDifferences(
      of: { try loss(logits: $0[0], labels: labels) }, at: [logits], step: 0x1p-6)
    #expect(report.passes(), "\(report)")
  }

  @Test(arguments: BagGradient.allCases)
  func bagsOfOneHaveTheCrossEntropy(gradient: BagGradient) throws {
    let (logits, labels) = try Self.bags(6, of: 1)
    let loss = try Self.loss(gradient, bagSize: 1)(logits: logits, labels: labels)
    #expect(try loss.item() == crossEntropy(logits: logits, labels: labels).mean().item())
  }

  @Test(arguments: [BagGradient.interpolated, .lp])
  func learnsDigits(gradient: BagGradient) throws {
    var options = BagTrainingTests.options(bagSize: 4, epochs: 5)
    options.gradient = gradient
    let training = try BagTraining(options: options, dataset: Digits.data)
    try training.run(evaluatesEveryEpoch: false)
    #expect(try training.classifier.testError(on: Digits.data.test) < 0.2)
  }
}
