import CombinatorialLosses
import Testing

struct OptimumTests {
  @Test func valuesAndSolutionsAreThoseOfEnumeration() throws {
    var random = SeededGenerator(seed: 21)
    let costs = try Tensor.multiples([20, 4, 4], using: &random).requiringGradient()
    let optimum = try Assignment().optimum(costs)
    let oracle = EnumeratedAssignment(4)
    #expect(!optimum.solution.isTracked)
    #expect(optimum.values.count == 20)
    for item in 0..<20 {
      let scalars = costs.item(item, count: 16)
      #expect(optimum.values[item] == oracle.value(scalars))
      #expect(optimum.solution.item(item, count: 16) == oracle.solution(scalars).map(Double.init))
    }
  }

  @Test func oneProblemHasOneValue() throws {
    let optimum = try Assignment().optimum(Tensor([1, 5, 5, 2, 5, 5], shape: [2, 3]))
    #expect(optimum.values == [6])
    #expect(optimum.solution.shape == [2, 3])
    #expect(optimum.solution.scalars == [1, 0, 0, 0, 1, 0])
  }

  @Test func anotherProblemsOptimumIsRefused() throws {
    let costs = try Tensor.ones([2, 2, 2])
    let other = try Assignment().optimum(Tensor.ones([3, 2, 2]))
    let short = Optimum(values: [2], solution: try Tensor.ones([2, 2, 2]))
    for wrong in [other, short] {
      #expect(throws: CombinatorialError.self) {
        try Assignment().spoPlusLoss(costs, trueCosts: costs, trueOptimum: wrong)
      }
      #expect(throws: CombinatorialError.self) {
        try Assignment().regret(costs, trueCosts: costs, trueOptimum: wrong)
      }
    }
  }
}
