import CombinatorialLosses
import Testing

/// min c.u, sum of u over each pair of options equal to its demand: demand is met by the cheaper option.
private struct CheapestSupply: DualProblem {
  let prices: [(Float, Float)]

  func solve(_ bounds: Tensor) throws -> DualSolution {
    let dual = prices.map { min($0.0, $0.1) }
    let value = zip(dual, bounds.scalars).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return DualSolution(value: value, dual: dual)
  }
}

/// The same as a linear program over explicit costs, constraints and bounds: one diagonal constraint a
/// pair, a u[2i] + a u[2i+1] = b[i].
private struct PairedProgram: PrimalDualProblem {
  func solve(costs: Tensor, constraints: Tensor, bounds: Tensor) throws -> PrimalDualSolution {
    let (c, a, b) = (costs.scalars, constraints.scalars, bounds.scalars)
    var primal = [Float](repeating: 0, count: c.count)
    var dual = [Float](repeating: 0, count: b.count)
    var value = 0.0
    for row in b.indices {
      let columns = [2 * row, 2 * row + 1]
      let prices = columns.map { c[$0] / a[row * c.count + $0] }
      let best = prices[0] <= prices[1] ? 0 : 1
      dual[row] = prices[best]
      primal[columns[best]] = b[row] / a[row * c.count + columns[best]]
      value += Double(dual[row] * b[row])
    }
    return PrimalDualSolution(value: value, primal: primal, dual: dual)
  }
}

struct DualProblemTests {
  private let supply = CheapestSupply(prices: [(3, 2), (1, 4)])

  @Test func theDualIsTheGradient() throws {
    let bounds = try Tensor([5, 7], shape: [2]).requiringGradient()
    let value = try supply.optimalValue(bounds)
    #expect(try value.item() == 17)
    #expect(try value.gradients(of: [bounds])[0].scalars == [2, 1])
  }

  @Test func batchesWeightTheDualByTheirCotangent() throws {
    let bounds = try Tensor([5, 7, 1, 2], shape: [2, 2]).requiringGradient()
    let value = try supply.optimalValue(bounds)
    #expect(value.scalars == [17, 4])
    let loss = try (value * Tensor([-1, 3], shape: [2])).sum()
    #expect(try loss.gradients(of: [bounds])[0].scalars == [-2, -1, 6, 3])
  }

  @Test func aDualThatDoesNotFitIsRefused() throws {
    let expected = CombinatorialError.shapeMismatch(
      expected: "a dual solution of batch item 0 with 3 entries", found: "2")
    #expect(throws: expected) { try supply.optimalValue(Tensor.zeros([3])) }
  }
}

struct PrimalDualProblemTests {
  private let costs: [Float] = [3, 2, 1, 4]
  private let constraints: [Float] = [1, 2, 0, 0, 0, 0, 0.5, 1]
  private let bounds: [Float] = [5, 7]

  /// Central differences in all three; zeros of the constraint matrix stay off the kinks.
  @Test func allThreeGradientsAgreeWithDifferences() throws {
    let inputs = [
      try Tensor(costs, shape: [4]), try Tensor(constraints, shape: [2, 4]),
      try Tensor(bounds, shape: [2]),
    ].map { $0.requiringGradient() }
    let value = try PairedProgram().optimalValue(
      costs: inputs[0], constraints: inputs[1], bounds: inputs[2])
    #expect(try value.item() == 19)
    let gradients = try value.gradients(of: inputs)
    #expect(gradients[0].scalars == [0, 2.5, 14, 0])
    #expect(gradients[2].scalars == [1, 2])
    // -v u^T: what a change of each coefficient does to the value.
    #expect(gradients[1].scalars == [0, -2.5, -14, 0, 0, -5, -28, 0])
  }

  @Test func sharedPartsSumTheirGradientOverTheBatch() throws {
    let c = try Tensor(costs + [1, 9, 9, 1], shape: [2, 4]).requiringGradient()
    let a = try Tensor(constraints, shape: [2, 4]).requiringGradient()
    let b = try Tensor(bounds, shape: [2]).requiringGradient()
    let value = try PairedProgram().optimalValue(costs: c, constraints: a, bounds: b)
    #expect(value.scalars == [19, 12])
    let gradients = try (value * Tensor([1, 10], shape: [2])).sum().gradients(of: [c, a, b])
    #expect(gradients[0].scalars == [0, 2.5, 14, 0, 50, 0, 0, 70])
    #expect(gradients[2].scalars == [11, 12])
  }

  @Test func shapesThatDoNotFitAreRefused() throws {
    #expect(throws: CombinatorialError.self) {
      try PairedProgram().optimalValue(
        costs: Tensor.zeros([3]), constraints: Tensor.ones([2, 4]), bounds: Tensor.ones([2]))
    }
    #expect(throws: CombinatorialError.self) {
      try PairedProgram().optimalValue(
        costs: Tensor.zeros([3, 4]), constraints: Tensor.ones([2, 2, 4]), bounds: Tensor.ones([2]))
    }
  }
}
