import CombinatorialLosses
import TestSupport
import Testing

struct TransportOnLineLossTests {
  /// Masses through a softmax, which keeps the total: along these the potentials are the gradient.
  private static func value(_ tensors: [Tensor], power: Double) throws -> Tensor {
    try TransportOnLine(power: power).optimalValue(
      sources: tensors[0], targets: tensors[1], supply: tensors[2].softmax(),
      demand: tensors[3].softmax())
  }

  private static func tensors(batch: [Int], seed: UInt64) throws -> [Tensor] {
    var random = SeededGenerator(seed: seed)
    return try [4, 5, 4, 5].map {
      try Tensor.random(uniform: batch + [$0], in: 0...1, using: &random)
    }
  }

  @Test(arguments: [[], [3]], [1, 2, 1.5])
  func gradientsAgreeWithDifferences(batch: [Int], power: Double) throws {
    try expectGradient(
      of: { try Self.value($0, power: power) }, at: Self.tensors(batch: batch, seed: 93),
      step: 0x1p-10)
  }

  @Test func oneSharedTensorGetsTheSumOfTheGradients() throws {
    let (shared, batched) = (
      try Self.tensors(batch: [], seed: 94), try Self.tensors(batch: [3], seed: 95)
    )
    try expectGradient(
      of: { try Self.value([batched[0], $0[0], batched[2], $0[1]], power: 2) },
      at: [shared[1], shared[3]], step: 0x1p-9)
  }

  /// The same loss from a matrix of costs and the network simplex.
  @Test func agreesWithTransport() throws {
    let tensors = try Self.tensors(batch: [3], seed: 96)
    let leaves = tensors.map { $0.requiringGradient() }
    let onLine = try Self.value(leaves, power: 2)
    let offsets = try leaves[0].reshaped([3, 4, 1]) - leaves[1].reshaped([3, 1, 5])
    let dense = try Transport().optimalValue(
      costs: offsets * offsets, supply: leaves[2].softmax(), demand: leaves[3].softmax())
    for (a, b) in zip(onLine.scalars, dense.scalars) { #expect(abs(a - b) < 1e-5) }
    let pairs = zip(
      try onLine.sum().gradients(of: leaves), try dense.sum().gradients(of: leaves))
    for (a, b) in pairs {
      for (x, y) in zip(a.scalars, b.scalars) { #expect(abs(x - y) < 1e-5) }
    }
  }

  @Test func aSourceOnItsTargetRests() throws {
    let sources = try Tensor([0, 3], shape: [2]).requiringGradient()
    let targets = try Tensor([0, 1], shape: [2]).requiringGradient()
    let value = try TransportOnLine().optimalValue(
      sources: sources, targets: targets, supply: .ones([2]), demand: .ones([2]))
    #expect(try value.item() == 2)
    let gradients = try value.gradients(of: [sources, targets]).map(\.scalars)
    #expect(gradients == [[0, 1], [0, -1]])
  }

  /// Sources in one place, and masses whose sums meet: by the positions any optimal plan bounds the slope
  /// from above, by the masses any potentials bound it from below.
  @Test func atTiesTheSolutionIsOneSided() throws {
    var random = SeededRandom(seed: 97)
    for trial in 0..<20 {
      let x = try Tensor(
        (0..<4).map { _ in Float(Int.random(in: 0...2, using: &random)) }, shape: [4])
      let y = try Tensor(
        (0..<4).map { _ in Float(Int.random(in: 0...2, using: &random)) + 0.5 }, shape: [4])
      let ones = try Tensor.ones([4])
      let byPositions = { (x: Tensor) in
        try TransportOnLine().optimalValue(sources: x, targets: y, supply: ones, demand: ones)
      }
      let byMasses = { (supply: Tensor) in
        try TransportOnLine().optimalValue(
          sources: x, targets: y, supply: supply - supply.mean() + 1, demand: ones)
      }
      for (function, point, curvature) in [
        (byPositions, x, GradientCheck.Curvature.concave),
        (byMasses, try .zeros([4]), .convex),
      ] {
        let leaf = point.requiringGradient()
        let report = try GradientCheck.directionalDerivatives(
          of: function, at: point, supergradient: function(leaf).gradients(of: [leaf])[0],
          along: GradientCheck.randomDirections(6, shape: [4], seed: UInt64(trial)),
          curvature: curvature, steps: [0x1p-5, 0x1p-7])
        #expect(report.passes(), "trial \(trial) \(curvature): \(report)")
      }
    }
  }

  @Test func errorsNameTheItemOfTheBatch() throws {
    let (ones, two) = (try Tensor.ones([2]), try Tensor([1, 1, 1, 2], shape: [2, 2]))
    func solve(
      _ sources: Tensor, _ supply: Tensor, power: Double = 1, demand: Tensor? = nil
    ) throws -> Tensor {
      try TransportOnLine(power: power).optimalValue(
        sources: sources, targets: .zeros([2]), supply: supply, demand: demand ?? .ones([2]))
    }
    #expect(throws: CombinatorialError(.unbalanced(supply: 3, demand: 2), item: 1)) {
      try solve(ones, two)
    }
    #expect(
      throws: CombinatorialError(.invalidMass(side: .supply, position: 0, value: -1), item: 1)
    ) { try solve(ones, Tensor([1, 1, -1, 3], shape: [2, 2])) }
    let error = #expect(throws: CombinatorialError.self) {
      try solve(Tensor([1, 1, 1, .infinity], shape: [2, 2]), ones)
    }
    #expect(error.map { "\($0)" }?.hasPrefix("source 1 of batch item 1 is inf") == true)
    #expect(throws: CombinatorialError.self) { try solve(ones, ones, power: 0.5) }
    #expect(throws: CombinatorialError.self) { try solve(ones, .ones([3])) }
    #expect(throws: CombinatorialError.self) { try solve(.ones([3, 2]), two) }
  }
}
