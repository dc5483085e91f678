import CombinatorialLosses
import TestSupport
import Testing

struct TransportLossTests {
  /// Masses through a softmax, which keeps the total: along these the potentials are the gradient.
  private func value(_ tensors: [Tensor]) throws -> Tensor {
    try Transport().optimalValue(
      costs: tensors[0], supply: tensors[1].softmax(), demand: tensors[2].softmax())
  }

  @Test(arguments: [[], [3]])
  func gradientsAgreeWithDifferences(batch: [Int]) throws {
    var random = SeededGenerator(seed: 61)
    let tensors = try [[4, 5], [4], [5]].map {
      try Tensor.random(uniform: batch + $0, in: 0...1, using: &random)
    }
    try expectGradient(of: value, at: tensors, step: 0x1p-9)
  }

  @Test func oneSharedTensorGetsTheSumOfTheGradients() throws {
    var random = SeededGenerator(seed: 62)
    let costs = try Tensor.random(uniform: [2, 3, 3], in: 0...1, using: &random)
    let masses = try (0..<2).map { _ in
      try Tensor.random(uniform: [3], in: 0...1, using: &random)
    }
    try expectGradient(
      of: { try value([costs, $0[0], $0[1]]) }, at: masses, step: 0x1p-9)
  }

  @Test func planAndPotentialsAreTheGradient() throws {
    let costs = try Tensor([1, 3, 2, 1], shape: [2, 2]).requiringGradient()
    let supply = try Tensor([2, 1], shape: [2]).requiringGradient()
    let demand = try Tensor([1, 2], shape: [2]).requiringGradient()
    let value = try Transport().optimalValue(costs: costs, supply: supply, demand: demand)
    #expect(try value.item() == 5)
    let gradients = try value.gradients(of: [costs, supply, demand]).map(\.scalars)
    #expect(gradients[0] == [1, 1, 0, 1])
    // Both sides account for one half of the value.
    for (masses, potentials) in zip([[2, 1], [1, 2]] as [[Double]], gradients.dropFirst()) {
      let terms = zip(masses, potentials).map { $0 * Double($1) }
      let rounding = ErrorBound.gamma(1) * terms.reduce(0) { $0 + abs($1) }
      #expect(abs(terms.reduce(0, +) - 2.5) <= rounding)
    }
  }

  @Test(arguments: [AssignmentFamily.ties, .repeated, .product])
  func atTiesThePlanIsASupergradient(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 63)
    for trial in 0..<20 {
      let (rows, columns) = (Int.random(in: 1...5, using: &random), 4)
      let scalars = family.costs(rows: rows, columns: columns, using: &random)
      let masses = TransportCase.masses(rows: rows, columns: columns, equal: true, using: &random)
      let supply = try Tensor(masses.supply.map { Float($0) }, shape: [rows])
      let demand = try Tensor(masses.demand.map { Float($0) }, shape: [columns])
      let costs = try Tensor(scalars.map { Float($0) }, shape: [rows, columns]).requiringGradient()
      let loss = { (costs: Tensor) in
        try Transport().optimalValue(costs: costs, supply: supply, demand: demand)
      }
      try expectSupergradient(of: loss, at: costs, seed: trial, "\(family)")
    }
  }

  @Test func pricesOfAnImbalanceAreDifferentiable() throws {
    var random = SeededGenerator(seed: 64)
    let costs = try Tensor.random(uniform: [2, 3, 4], in: 0...1, using: &random)
    let supply = try Tensor.random(uniform: [2, 3], in: 0.5...1, using: &random)
    let demand = try Tensor.random(uniform: [4], in: 0.5...1, using: &random)
    try expectGradient(
      of: {
        try Transport().optimalValue(
          costs: $0[0], supply: $0[1], demand: $0[2], surplusCost: $0[3], shortageCost: $0[4])
      }, at: [costs, supply, demand, Tensor(0.3), Tensor([0.2, 0.25], shape: [2])], step: 0x1p-10)
  }

  @Test func paddingGetsNoGradient() throws {
    let nan = Float.nan
    let costs = try Tensor([1, nan, nan, nan, 1, 2, 3, 4], shape: [2, 2, 2]).requiringGradient()
    let masses = try Tensor([1, nan, 1, 1], shape: [2, 2]).requiringGradient()
    let value = try Transport().optimalValue(
      costs: costs, supply: masses, demand: masses, rowCounts: [1, 2], columnCounts: [1, 2])
    #expect(value.scalars == [1, 5])
    let gradient = try value.sum().gradients(of: [costs, masses]).map(\.scalars)
    #expect(gradient[0].prefix(4) == [1, 0, 0, 0])
    #expect(gradient[1][1] == 0)
  }

  @Test func shapesThatDoNotFitAreRefused() throws {
    #expect(throws: CombinatorialError.self) {
      try Transport().optimalValue(
        costs: Tensor(repeating: 1, shape: [2, 2]), supply: Tensor(repeating: 1, shape: [3]),
        demand: Tensor(repeating: 1, shape: [2]))
    }
  }

  @Test func theEntropicValueIsDifferentiable() throws {
    var random = SeededGenerator(seed: 65)
    let tensors = try [[2, 3, 4], [3], [2, 4]].map {
      try Tensor.random(uniform: $0, in: 0...1, using: &random)
    }
    let sinkhorn = Sinkhorn(temperature: 0.2, tolerance: 1e-9, maxIterations: 100_000)
    try expectGradient(
      of: {
        try sinkhorn.value(costs: $0[0], supply: $0[1].softmax(), demand: $0[2].softmax())
      }, at: tensors, step: 0x1p-7)
  }

  @Test func theDivergenceOfEqualMeasuresIsZero() throws {
    let points: [Float] = [0, 0.3, 1]
    let costs = try Tensor(
      points.flatMap { x in points.map { (x - $0) * (x - $0) } }, shape: [3, 3])
    let masses = try Tensor([0.2, 0.5, 0.3], shape: [3])
    let others = try Tensor([0.5, 0.2, 0.3], shape: [3])
    let sinkhorn = Sinkhorn(temperature: 0.1, tolerance: 1e-8)
    let same = try sinkhorn.divergence(
      cross: costs, first: costs, second: costs, supply: masses, demand: masses)
    #expect(try same.item() == 0)
    let different = try sinkhorn.divergence(
      cross: costs, first: costs, second: costs, supply: masses, demand: others)
    #expect(try different.item() > 1e-4)
  }
}
