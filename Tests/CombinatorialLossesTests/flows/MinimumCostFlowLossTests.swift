import CombinatorialLosses
import TestSupport
import Testing

struct MinimumCostFlowLossTests {
  /// A source, a sink and two nodes between, joined both ways.
  private static let network = Result {
    MinimumCostFlow(
      try DirectedGraph(
        nodeCount: 4, arcs: [(0, 1), (0, 2), (1, 2), (2, 1), (1, 3), (2, 3), (0, 3)]))
  }

  /// Supplies less their mean, which add up to 0 whatever the tensor is.
  private static func value(_ tensors: [Tensor]) throws -> Tensor {
    let supplies = tensors[1]
    let mean = try supplies.mean(axes: [supplies.rank - 1], keepingDimensions: true)
    return try network.get().optimalValue(
      costs: tensors[0], supplies: supplies - mean,
      capacities: tensors.count > 2 ? tensors[2] : nil)
  }

  private static func tensors(batch: [Int]) throws -> [Tensor] {
    var random = SeededGenerator(seed: 91)
    let noise = try [7, 4, 7].map {
      try Tensor.random(uniform: batch + [$0], in: 0...0.3, using: &random)
    }
    // Nodes 1 to 2 and 1 to 3 are full: the rest goes from 0 to 2 directly.
    return [
      try noise[0] + Tensor([1, 2.7, 1, 1, 1, 1.5, 9], shape: [7]),
      try noise[1] + Tensor([3, 0.5, 0.5, -4], shape: [4]),
      try noise[2] + Tensor([4, 4, 0.1, 5, 1.5, 5, 5], shape: [7]),
    ]
  }

  @Test(arguments: [[], [3]])
  func gradientsAgreeWithDifferences(batch: [Int]) throws {
    let tensors = try Self.tensors(batch: batch)
    for count in [2, 3] {
      try expectGradient(
        of: Self.value, at: Array(tensors[..<count]), step: 0x1p-7)
    }
  }

  @Test func oneSharedTensorGetsTheSumOfTheGradients() throws {
    let (shared, batched) = (try Self.tensors(batch: []), try Self.tensors(batch: [3]))
    try expectGradient(
      of: { try Self.value([batched[0], $0[0], $0[1]]) }, at: [shared[1], shared[2]],
      step: 0x1p-7)
  }

  @Test func flowPotentialsAndPricesAreTheGradient() throws {
    let network = MinimumCostFlow(
      try DirectedGraph(nodeCount: 3, arcs: [(0, 1), (1, 2), (0, 2)]))
    let costs = try Tensor([1, 1, 5], shape: [3]).requiringGradient()
    let supplies = try Tensor([4, 0, -4], shape: [3]).requiringGradient()
    let capacities = try Tensor([3, .infinity, .infinity], shape: [3]).requiringGradient()
    let value = try network.optimalValue(costs: costs, supplies: supplies, capacities: capacities)
    #expect(try value.item() == 11)
    let gradients = try value.gradients(of: [costs, supplies, capacities]).map(\.scalars)
    #expect(gradients[0] == [3, 3, 1])
    // A unit more from 0 to 2 goes the dear way; the gauge is a sum of 0.
    let potentials = gradients[1].map { Double($0) }
    let rounding = ErrorBound.gamma(1) * potentials.reduce(0) { $0 + abs($1) }
    #expect(abs(potentials[0] - potentials[2] - 5) <= rounding)
    #expect(abs(potentials.reduce(0, +)) <= rounding)
    #expect(gradients[2] == [-3, 0, 0])
  }

  /// Concave in the costs, convex in what is supplied and in the capacities.
  @Test func atTiesTheSolutionIsOneSided() throws {
    var random = SeededRandom(seed: 92)
    for trial in 0..<20 {
      func integers(_ range: ClosedRange<Int>, _ count: Int) throws -> Tensor {
        try Tensor(
          (0..<count).map { _ in Float(Int.random(in: range, using: &random)) }, shape: [count])
      }
      let supplied = Float(Int.random(in: 1...2, using: &random))
      let parts = [
        try integers(1...2, 7), try Tensor([supplied, 0, 0, -supplied], shape: [4]),
        try integers(1...2, 7),
      ]
      for (part, curvature) in [GradientCheck.Curvature.concave, .convex, .convex].enumerated() {
        let original = parts[part]
        let point = original.requiringGradient()
        let value = { (tensor: Tensor) -> Tensor in
          var parts = parts
          parts[part] = tensor
          return try Self.value(parts)
        }
        let report = try GradientCheck.directionalDerivatives(
          of: value, at: original, supergradient: value(point).gradients(of: [point])[0],
          along: GradientCheck.randomDirections(6, shape: original.shape, seed: UInt64(trial)),
          curvature: curvature, steps: [0x1p-3, 0x1p-6])
        #expect(report.passes(), "trial \(trial), part \(part): \(report)")
      }
    }
  }

  @Test func errorsNameTheItemOfTheBatch() throws {
    let network = try Self.network.get()
    let supplies = try Tensor([1, 0, 0, -1], shape: [4])
    var costs = [Float](repeating: 1, count: 14)
    costs[9] = .nan
    let error = #expect(throws: CombinatorialError.self) {
      try network.optimalValue(costs: Tensor(costs, shape: [2, 7]), supplies: supplies)
    }
    #expect(error.map { "\($0)" }?.hasPrefix("cost 2 of batch item 1 is nan") == true)
    let ones = try Tensor.ones([2, 7])
    #expect(throws: CombinatorialError(.unbalanced(supply: 1, demand: 0), item: 0)) {
      try network.optimalValue(costs: ones, supplies: Tensor([1, 0, 0, 0], shape: [4]))
    }
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try network.optimalValue(costs: ones, supplies: supplies, capacities: .zeros([7]))
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "one batch axis, or none, in each tensor", found: "[2, 7], [3, 4]")
    ) {
      try network.optimalValue(costs: ones, supplies: .zeros([3, 4]))
    }
  }
}
