import CombinatorialLosses
import Testing

/// Transport between given masses takes every loss of a problem over costs.
struct TransportBetweenTests {
  private let plain = Transport().between(supply: [2, 1, 1], demand: [1, 3])
  private let smooth = Sinkhorn(temperature: 0.5, tolerance: 1e-9)
    .between(supply: [2, 1, 1], demand: [1, 3])

  private func costs(seed: UInt64, batch: Int = 4) throws -> Tensor {
    var random = SeededGenerator(seed: seed)
    return try .random(uniform: [batch, 3, 2], in: -1...1, using: &random)
  }

  @Test func theValueIsThatOfTheTransport() throws {
    let costs = try costs(seed: 1).requiringGradient()
    let value = try plain.optimalValue(costs)
    let masses = try (Tensor([2, 1, 1], shape: [3]), Tensor([1, 3], shape: [2]))
    let same = try Transport().optimalValue(costs: costs, supply: masses.0, demand: masses.1)
    #expect(value.scalars == same.scalars)
    let gradients = try [value, same].map { try $0.sum().gradients(of: [costs])[0].scalars }
    #expect(gradients[0] == gradients[1])
  }

  @Test func answersDoNotContradictEachOther() throws {
    let check = try plain.check(costs(seed: 2, batch: 1).reshaped([3, 2]))
    #expect(check.faults.isEmpty && check.smoothDirections > 0, "\(check)")
  }

  /// SPO+ is 0 at the true costs, at least the regret, and has exact subgradients.
  @Test func decisionsCanBeLearned() throws {
    let (truth, predicted) = (try costs(seed: 3), try costs(seed: 4).requiringGradient())
    #expect(try plain.spoPlusLoss(truth, trueCosts: truth).scalars.allSatisfy { abs($0) <= 1e-5 })
    let loss = try plain.spoPlusLoss(predicted, trueCosts: truth)
    let regret = try plain.regret(predicted, trueCosts: truth)
    for (loss, regret) in zip(loss.scalars, regret.values) {
      #expect(Double(loss) >= regret - 1e-5)
    }
    try expectGradient(
      of: { try plain.spoPlusLoss($0[0], trueCosts: truth).sum() }, at: [predicted], step: 0x1p-10)
  }

  @Test func theSmoothedValueHasItsPlanAsGradient() throws {
    let costs = try costs(seed: 5).requiringGradient()
    try expectGradient(
      of: { try smooth.optimalValue($0[0]).sum() }, at: [costs], step: 0x1p-6)
  }

  @Test func massesMustFitTheCosts() throws {
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "costs [3, 2], as many as there are masses", found: "[2, 2]")
    ) {
      try plain.optimalValue(Tensor.zeros([2, 2]))
    }
  }
}
