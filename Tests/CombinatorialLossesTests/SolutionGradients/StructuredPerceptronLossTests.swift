import CombinatorialLosses
import Testing

struct StructuredPerceptronLossTests {
  private let oracle = EnumeratedAssignment(3)

  @Test func valueAndGradientAreThoseOfEnumeration() throws {
    var random = SeededGenerator(seed: 51)
    let costs = try Tensor.multiples([40, 3, 3], using: &random).requiringGradient()
    let targets = (0..<40).map { oracle.matrices[$0 % 6] }
    let target = try Tensor(targets.flatMap { $0 }, shape: [40, 3, 3])
    let loss = try Assignment().structuredPerceptronLoss(costs, target: target)
    let factors = try Tensor.random(normal: [40], using: &random)
    let gradient = try (loss * factors).sum().gradients(of: [costs])[0]
    #expect(loss.shape == [40])
    for item in 0..<40 {
      let scalars = costs.item(item, count: 9)
      let expected = EnumeratedAssignment.objective(scalars, targets[item]) - oracle.value(scalars)
      #expect(Double(loss.scalars[item]) == expected)
      let factor = Double(factors.scalars[item])
      #expect(
        gradient.item(item, count: 9)
          == zip(targets[item], oracle.solution(scalars)).map { factor * Double($0 - $1) })
    }
    #expect(loss.scalars.contains(0) && loss.scalars.contains { $0 > 0 })
  }

  @Test func oneProblemHasAScalarLoss() throws {
    let costs = try Tensor([1, 0, 0, 3], shape: [2, 2])
    let target = try Tensor([1, 0, 0, 1], shape: [2, 2])
    let loss = try Assignment().structuredPerceptronLoss(costs, target: target)
    #expect(loss.shape == [])
    #expect(try loss.item() == 4)
  }

  /// A forbidden pair elsewhere is no NaN; one in the target is refused.
  @Test func forbiddenPairs() throws {
    let costs = try Tensor([.infinity, 1, 2, .infinity, 5, 1, 2, 3], shape: [2, 2, 2])
    let target = try Tensor([0, 1, 1, 0, 1, 0, 0, 1], shape: [2, 2, 2])
    #expect(
      try Assignment().structuredPerceptronLoss(costs, target: target).scalars == [0, 5])
    let wrong = try Tensor([0, 1, 1, 0, 1, 0, 0, 1].reversed(), shape: [2, 2, 2])
    let expected = SolutionGradientError.notFinite(
      quantity: "the cost of the target", batch: 0, position: 0, value: .infinity)
    #expect(throws: expected) {
      try Assignment().structuredPerceptronLoss(costs, target: wrong)
    }
  }

  @Test func badTargetsAreRefused() throws {
    let costs = try Tensor.ones([2, 2])
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "the target of shape [2, 2]", found: "shape [4]")
    ) {
      try Assignment().structuredPerceptronLoss(costs, target: Tensor.ones([4]))
    }
    let infinite = try Tensor([1, 0, 0, .infinity], shape: [2, 2])
    #expect(throws: SolutionGradientError.self) {
      try Assignment().structuredPerceptronLoss(costs, target: infinite)
    }
  }
}
