import CombinatorialLosses
import TestSupport
import Testing

struct TransportInSpaceLossTests {
  /// Masses through a softmax, which keeps the total: along these the potentials are the gradient.
  private static func value(
    _ tensors: [Tensor], metric: TransportInSpace.Metric
  ) throws -> Tensor {
    try TransportInSpace(metric: metric).optimalValue(
      sources: tensors[0], targets: tensors[1], supply: tensors[2].softmax(),
      demand: tensors[3].softmax())
  }

  private static func tensors(batch: [Int], seed: UInt64) throws -> [Tensor] {
    var random = SeededGenerator(seed: seed)
    // Sources and targets are apart, so that no distance bends within a step.
    return try zip([[4, 2], [5, 2], [4], [5]], [0, 2, 0, 0] as [Float]).map {
      try Tensor.random(uniform: batch + $0, in: $1...$1 + 1, using: &random)
    }
  }

  /// The solver's gradients, which differences check in double, times the cotangents.
  @Test(arguments: [[], [3]], TransportInSpace.Metric.allCases)
  func gradientsAreTheSolvers(batch: [Int], metric: TransportInSpace.Metric) throws {
    var tensors = try Self.tensors(batch: batch, seed: 93)
    tensors[2] = try tensors[2].softmax()
    tensors[3] = try tensors[3].softmax()
    let leaves = tensors.map { $0.requiringGradient() }
    let problem = TransportInSpace(metric: metric)
    let loss = try problem.optimalValue(
      sources: leaves[0], targets: leaves[1], supply: leaves[2], demand: leaves[3])
    let (values, gradient) = try problem.valuesAndGradient(
      sources: tensors[0].scalars, targets: tensors[1].scalars, dimensions: 2,
      supply: tensors[2].scalars, demand: tensors[3].scalars, batch: batch.first ?? 1)
    #expect(loss.shape == batch && loss.scalars == values.map { Float($0) })
    let gradients = try (loss * 2).sum().gradients(of: leaves).map(\.scalars)
    let expected = [gradient.sources, gradient.targets, gradient.supply, gradient.demand]
    #expect(gradients == expected.map { $0.map { 2 * $0 } })
  }

  @Test func oneSharedTensorGetsTheSumOfTheGradients() throws {
    let (shared, batched) = (
      try Self.tensors(batch: [], seed: 94), try Self.tensors(batch: [3], seed: 95)
    )
    let report = try GradientCheck.centralDifferences(
      of: { try Self.value([batched[0], $0[0], batched[2], $0[1]], metric: .squaredEuclidean) },
      at: [shared[1], shared[3]], step: 0x1p-9)
    #expect(report.passes(), "\(report)")
  }

  /// In one dimension it is transport on the line.
  @Test func agreesWithTransportOnLine() throws {
    let tensors = try Self.tensors(batch: [3], seed: 96)
    let (x, y) = (
      try tensors[0].reshaped([3, 8, 1]).requiringGradient(),
      try tensors[1].reshaped([3, 10, 1]).requiringGradient()
    )
    let (a, b) = (try Tensor.ones([8]) * (1.0 / 8), try Tensor.ones([10]) * (1.0 / 10))
    let inSpace = try TransportInSpace().optimalValue(sources: x, targets: y, supply: a, demand: b)
    let onLine = try TransportOnLine(power: 2).optimalValue(
      sources: x.reshaped([3, 8]), targets: y.reshaped([3, 10]), supply: a, demand: b)
    // Values are sums of 17 terms of at most 9, in floats.
    for (a, b) in zip(inSpace.scalars, onLine.scalars) { #expect(abs(a - b) <= 17 * 9 * 0x1p-23) }
    let pairs = zip(
      try inSpace.sum().gradients(of: [x, y]), try onLine.sum().gradients(of: [x, y]))
    for (a, b) in pairs {
      for (s, t) in zip(a.scalars, b.scalars) { #expect(abs(s - t) <= 17 * 0x1p-23) }
    }
  }

  @Test func shapesThatDoNotFitAreRefused() throws {
    let (x, a) = (try Tensor.ones([4, 2]), try Tensor.ones([4]))
    for tensors in [
      [x, try Tensor.ones([4, 3]), a, a], [x, x, try Tensor.ones([5]), a],
      [x, try Tensor.ones([4]), a, a],
    ] {
      let error = #expect(throws: CombinatorialError.self) {
        try TransportInSpace().optimalValue(
          sources: tensors[0], targets: tensors[1], supply: tensors[2], demand: tensors[3])
      }
      guard case .shapeMismatch = error?.reason else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }
}
