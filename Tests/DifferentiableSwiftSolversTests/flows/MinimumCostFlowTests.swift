#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Flows by costs, supplies and capacities: the bits of the solver and of the tape.
  struct MinimumCostFlowTests {
    private let problem: MinimumCostFlow
    private let supplies: [Float] = [3, 0, 0, -3, 2, 1, -1, -2]
    private let (costs, capacities, weights): ([Float], [Float], [Float])

    init() throws {
      problem = MinimumCostFlow(
        try DirectedGraph(nodeCount: 4, arcs: [(0, 1), (1, 3), (0, 2), (2, 3), (1, 2), (0, 3)]))
      var random = SeededRandom(seed: 60)
      (costs, capacities) = (random.numbers(12), random.numbers(12, in: 1.2...2))
      weights = random.numbers(2, in: -2...2)
    }

    @Test func withCapacities() throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs, supplies, capacities) {
          problem.optimalValues(costs: $0, supplies: $1, capacities: $2, batch: 2, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base, gradients.2.base])
      }
      let inputs = [
        try Tensor(costs, shape: [2, 6]), try Tensor(supplies, shape: [2, 4]),
        try Tensor(capacities, shape: [2, 6]),
      ]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try problem.optimalValue(costs: $0[0], supplies: $0[1], capacities: $0[2])
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)
      #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })

      let one = try throwingErrors { errors in
        valueWithGradient(at: Array(costs[..<6]), Array(supplies[..<4]), Array(capacities[..<6])) {
          problem.optimalValue(costs: $0, supplies: $1, capacities: $2, errors: errors)
        }
      }
      let solved = try problem.valueAndGradient(
        costs: Array(costs[..<6]), supplies: Array(supplies[..<4]),
        capacities: Array(capacities[..<6]))
      #expect(one.value == Float(solved.value) && one.gradient.0.base == solved.gradient.costs)
      #expect(one.gradient.1.base == solved.gradient.supplies)
      #expect(one.gradient.2.base == solved.gradient.capacities)
    }

    @Test func withoutCapacities() throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs, supplies) {
          problem.optimalValues(costs: $0, supplies: $1, batch: 2, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base])
      }
      let inputs = [try Tensor(costs, shape: [2, 6]), try Tensor(supplies, shape: [2, 4])]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try problem.optimalValue(costs: $0[0], supplies: $0[1])
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)

      let value = try throwingErrors {
        problem.optimalValue(
          costs: Array(costs[..<6]), supplies: Array(supplies[..<4]), errors: $0)
      }
      #expect(value == values[0])
    }

    @Test func suppliesThatDoNotAddUpAreAnError() {
      let error = #expect(throws: CombinatorialError.self) {
        try throwingErrors {
          problem.optimalValue(costs: Array(costs[..<6]), supplies: [1, 0, 0, 0], errors: $0)
        }
      }
      guard case .unbalanced = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }
#endif
