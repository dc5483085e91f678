import CombinatorialLosses
import TestSupport
import Testing

struct AssignmentLossTests {
  @Test func theMatchingIsTheGradient() throws {
    let costs = try Tensor([4, 1, 3, 2, 0, 5, 3, 2, 2], shape: [3, 3]).requiringGradient()
    let value = try Assignment().optimalValue(costs)
    #expect(try value.item() == 5)
    #expect(try value.gradients(of: [costs])[0].scalars == [0, 1, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test(arguments: [[3, 3], [4, 2, 5], [3, 5, 2], [2, 7, 7]])
  func gradientAgreesWithDifferences(shape: [Int]) throws {
    var random = SeededGenerator(seed: 47)
    // The seed keeps the optimum away from ties by more than the step.
    let costs = try Tensor.random(uniform: shape, in: 0...16, using: &random)
    try expectGradient(
      of: { try Assignment().optimalValue($0[0]) }, at: [costs], step: 0x1p-8)
  }

  @Test(arguments: [AssignmentFamily.ties, .repeated, .product])
  func atTiesTheMatchingIsASupergradient(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 42)
    for trial in 0..<30 {
      let (rows, columns) = (Int.random(in: 1...5, using: &random), 4)
      let scalars = family.costs(rows: rows, columns: columns, using: &random)
      let costs = try Tensor(scalars.map { Float($0) }, shape: [rows, columns]).requiringGradient()
      try expectSupergradient(
        of: { try Assignment().optimalValue($0) }, at: costs, seed: trial, "\(family)")
    }
  }

  @Test func paddingIsNeverReadAndGetsNoGradient() throws {
    var random = SeededGenerator(seed: 43)
    var scalars = try Tensor.random(uniform: [3, 4, 4], in: 0...1, using: &random).scalars
    let counts = [4, 2, 0]
    for cell in scalars.indices {
      let (item, row, column) = (cell / 16, cell / 4 % 4, cell % 4)
      if row >= counts[item] || column >= counts[item] { scalars[cell] = .nan }
    }
    let costs = try Tensor(scalars, shape: [3, 4, 4]).requiringGradient()
    let value = try Assignment().optimalValue(costs, rowCounts: counts, columnCounts: counts)
    let gradient = try value.sum().gradients(of: [costs])[0].scalars
    #expect(value.scalars[2] == 0)
    #expect(zip(scalars, gradient).allSatisfy { !$0.isNaN || $1 == 0 })
    let matchedPairs: [Float] = (0..<3).map { item in
      gradient[item * 16..<(item + 1) * 16].reduce(0, +)
    }
    #expect(matchedPairs == [4, 2, 0])
  }

  @Test(arguments: [[], [3]])
  func theUnmatchedCostIsDifferentiable(priceShape: [Int]) throws {
    var random = SeededGenerator(seed: 44)
    let costs = try Tensor.random(uniform: [3, 3, 5], in: 0...1, using: &random)
    let price = try Tensor(repeating: 0.23, shape: priceShape)
    let matching = Assignment()
    try expectGradient(
      of: { try matching.optimalValue($0[0], unmatchedCost: $0[1]) }, at: [costs, price],
      step: 0x1p-10)
    // The option and the tensor mean the same.
    let fixed = try Assignment(unmatchedCost: Double(Float(0.23))).optimalValue(costs)
    #expect(try matching.optimalValue(costs, unmatchedCost: price).scalars == fixed.scalars)
  }

  @Test func theUnmatchedCostsGradientIsACount() throws {
    let costs = try Tensor([1, 9, 9, 9, 9, 9], shape: [2, 3])
    let price = Tensor(2).requiringGradient()
    let value = try Assignment().optimalValue(costs, unmatchedCost: price)
    #expect(try value.item() == 1 + 3 * 2)
    #expect(try value.gradients(of: [price])[0].item() == 3)
  }

  @Test func genericCodeFindsTheSameSolution() throws {
    var random = SeededGenerator(seed: 45)
    let costs = try Tensor.random(normal: [5, 3, 4], using: &random)
    let problem: some PrimalProblem = Assignment()
    let solutions = try problem.solve(batch: costs)
    let batch = try Assignment().solve(costs.scalars, batch: 5, rows: 3, columns: 4)
    for (solution, expected) in zip(solutions, batch) {
      #expect(solution.value == expected.value)
      let positions = expected.columnOfRow.enumerated().map { $0.offset * 4 + Int($0.element) }
      let entries = [Float](repeating: 1, count: positions.count)
      #expect(solution.solution == .sparse(positions: positions, entries: entries))
    }
    #expect(try problem.optimalValue(costs).scalars == batch.values.map { Float($0) })
    let first = try problem.solve(Tensor(Array(costs.scalars.prefix(12)), shape: [3, 4]))
    #expect(first.value == batch[0].value)
  }

  @Test func badCostsAreNamed() throws {
    let costs = try Tensor([1, 2, 3, 4, 5, 6, -.infinity, 8], shape: [2, 2, 2])
    let expected = CombinatorialError(.invalidCost(row: 1, column: 0, value: -.infinity), item: 1)
    #expect(throws: expected) { try Assignment().optimalValue(costs) }
    let rank = CombinatorialError.shapeMismatch(
      expected: "costs of rank 2, or 3 with a batch axis first", found: "shape [4]")
    #expect(throws: rank) { try Assignment().optimalValue(Tensor.ones([4])) }
    let prices = CombinatorialError.shapeMismatch(
      expected: "unmatched costs of shape [] or [2]", found: "[3]")
    #expect(throws: prices) {
      try Assignment().optimalValue(costs, unmatchedCost: Tensor.ones([3]))
    }
  }
}
