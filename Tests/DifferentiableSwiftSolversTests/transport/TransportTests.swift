#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Transport by costs, masses, prices and positions: the bits of the tape, ragged batches.
  struct TransportTests {
    /// All that a problem may be a function of.
    private struct Inputs: Differentiable {
      var costs: [Float]
      var supply: [Float]
      var demand: [Float]
      var surplusCosts: [Float]
      var shortageCosts: [Float]
    }

    private let inputs: Inputs
    private let weights: [Float]
    private let lengths = Lengths(rows: [3, 2], columns: [4, 3])
    private let shapes = [[2, 3, 4], [2, 3], [2, 4], [2], [2]]

    init() {
      var random = SeededRandom(seed: 61)
      inputs = Inputs(
        costs: random.numbers(24), supply: [2, 3, 1, 4, 2, 9], demand: [1, 2, 2, 1, 3, 1, 2, 9],
        surplusCosts: random.numbers(2, in: 0.1...0.2),
        shortageCosts: random.numbers(2, in: 0.1...0.3))
      weights = random.numbers(2, in: -2...2)
    }

    private func tensors(_ count: Int) throws -> [Tensor] {
      let numbers = [
        inputs.costs, inputs.supply, inputs.demand, inputs.surplusCosts, inputs.shortageCosts,
      ]
      return try zip(numbers, shapes).prefix(count).map { try Tensor($0, shape: $1) }
    }

    @Test func byCostsAndMasses() throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: inputs.costs, inputs.supply, inputs.demand) {
          Transport().optimalValues(
            $0, supply: $1, demand: $2, batch: 2, rows: 3, columns: 4, rowCounts: lengths.rows,
            columnCounts: lengths.columns, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base, gradients.2.base])
      }
      let expected = try Outcome.onTape(tensors(3), weights: weights) {
        try Transport().optimalValue(
          costs: $0[0], supply: $0[1], demand: $0[2], rowCounts: lengths.rows,
          columnCounts: lengths.columns)
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)
      #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })

      let one = try throwingErrors { errors in
        valueWithGradient(
          at: Array(inputs.costs[..<12]), Array(inputs.supply[..<3]), Array(inputs.demand[..<4])
        ) { Transport().optimalValue($0, supply: $1, demand: $2, errors: errors) }
      }
      let solved = try Transport().valueAndGradient(
        Array(inputs.costs[..<12]), supply: Array(inputs.supply[..<3]),
        demand: Array(inputs.demand[..<4]))
      #expect(one.value == Float(solved.value) && one.gradient.0.base == solved.gradient.costs)
      #expect(one.gradient.1.base == solved.gradient.supply)
      #expect(one.gradient.2.base == solved.gradient.demand)
    }

    @Test func byPricesOfAnImbalance() throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: inputs) { inputs in
          Transport().optimalValues(
            inputs.costs, supply: inputs.supply, demand: inputs.demand,
            surplusCosts: inputs.surplusCosts, shortageCosts: inputs.shortageCosts, batch: 2,
            rows: 3, columns: 4, rowCounts: lengths.rows, columnCounts: lengths.columns,
            errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (
          values,
          [
            gradients.costs.base, gradients.supply.base, gradients.demand.base,
            gradients.surplusCosts.base, gradients.shortageCosts.base,
          ]
        )
      }
      let expected = try Outcome.onTape(tensors(5), weights: weights) {
        try Transport().optimalValue(
          costs: $0[0], supply: $0[1], demand: $0[2], surplusCost: $0[3], shortageCost: $0[4],
          rowCounts: lengths.rows, columnCounts: lengths.columns)
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)
      #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })
    }

    @Test func oneProblemWithPrices() throws {
      let left = try throwingErrors { errors in
        gradient(at: 2 as Double, 3) { surplus, shortage in
          Transport().optimalValue(
            [9, 1], supply: [5], demand: [1, 2], surplusCost: surplus, shortageCost: shortage,
            errors: errors)
        }
      }
      // The dear pair is not worth 2 + 3.
      #expect(left.0 == 3 && left.1 == 1)
    }

    @Test func onALine() throws {
      var random = SeededRandom(seed: 62)
      let positions = Inputs(
        costs: random.numbers(6), supply: inputs.supply, demand: inputs.demand,
        surplusCosts: random.numbers(8), shortageCosts: [])
      let problem = TransportOnLine(power: 2)
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: positions) {
          problem.optimalValues(
            sources: $0.costs, targets: $0.surplusCosts, supply: $0.supply, demand: $0.demand,
            batch: 2, rowCounts: lengths.rows, columnCounts: lengths.columns, errors: errors)
        }
        let gradients = pullback(.init([1, 1]))
        return (
          values,
          [
            gradients.costs.base, gradients.surplusCosts.base, gradients.supply.base,
            gradients.demand.base,
          ]
        )
      }
      let expected = try problem.valuesAndGradient(
        sources: positions.costs, targets: positions.surplusCosts, supply: positions.supply,
        demand: positions.demand, batch: 2, rowCounts: lengths.rows, columnCounts: lengths.columns)
      #expect(values == expected.values.map { Float($0) })
      #expect(
        gradients == [
          expected.gradient.sources, expected.gradient.targets, expected.gradient.supply,
          expected.gradient.demand,
        ])
      #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })
    }

    @Test func oneProblemOnALineEqualsTheTapes() throws {
      let (sources, targets): ([Float], [Float]) = ([0, 3, 4], [1, 1.5, 7])
      let masses: [Float] = [2, 1, 1]
      let (value, gradients) = try throwingErrors { errors in
        let (value, gradient) = valueWithGradient(at: sources, targets) {
          TransportOnLine().optimalValue(
            sources: $0, targets: $1, supply: masses, demand: masses, errors: errors)
        }
        return (value, [gradient.0.base, gradient.1.base])
      }
      let mass = try Tensor(masses, shape: [3])
      let inputs = [try Tensor(sources, shape: [3]), try Tensor(targets, shape: [3])]
      let expected = try Outcome.onTape(inputs, weights: [1]) {
        try TransportOnLine().optimalValue(
          sources: $0[0], targets: $0[1], supply: mass, demand: mass)
      }
      #expect(Outcome(values: [value], gradients: gradients) == expected)
    }

    @Test func oneProblemInSpaceEqualsTheTapes() throws {
      let (sources, targets): ([Float], [Float]) = ([0, 3, 4, 1, 1, 2], [1, 1.5, 7, 0, 2, 2])
      let masses: [Float] = [2, 1, 1]
      let problem = TransportInSpace(metric: .euclidean)
      let (value, gradients) = try throwingErrors { errors in
        let (value, gradient) = valueWithGradient(at: sources, targets) {
          problem.optimalValue(
            sources: $0, targets: $1, dimensions: 2, supply: masses, demand: masses, errors: errors)
        }
        return (value, [gradient.0.base, gradient.1.base])
      }
      let mass = try Tensor(masses, shape: [3])
      let inputs = [try Tensor(sources, shape: [3, 2]), try Tensor(targets, shape: [3, 2])]
      let expected = try Outcome.onTape(inputs, weights: [1]) {
        try problem.optimalValue(sources: $0[0], targets: $0[1], supply: mass, demand: mass)
      }
      #expect(Outcome(values: [value], gradients: gradients) == expected)
    }

    @Test func smoothed() throws {
      let problem = Sinkhorn(temperature: 0.2)
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: inputs.costs, inputs.supply, inputs.demand) {
          problem.optimalValues(
            $0, supply: $1, demand: $2, batch: 2, rows: 3, columns: 4, rowCounts: lengths.rows,
            columnCounts: lengths.columns, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base, gradients.2.base])
      }
      let expected = try Outcome.onTape(tensors(3), weights: weights) {
        try problem.value(
          costs: $0[0], supply: $0[1], demand: $0[2], rowCounts: lengths.rows,
          columnCounts: lengths.columns)
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)

      let one = try throwingErrors {
        problem.optimalValue(
          Array(inputs.costs[..<12]), supply: Array(inputs.supply[..<3]),
          demand: Array(inputs.demand[..<4]), errors: $0)
      }
      #expect(one == values[0])
    }

    @Test func refusedProblemsAreErrors() {
      let costs: [Double] = [1, 2]
      func reason(_ body: (SolverErrors) -> Double) -> CombinatorialError.Reason? {
        let error = #expect(throws: CombinatorialError.self) { try throwingErrors(body) }
        return error?.reason
      }
      let unbalanced = CombinatorialError.Reason.unbalanced(supply: 1, demand: 4)
      #expect(
        reason { Transport().optimalValue(costs, supply: [1], demand: [2, 2], errors: $0) }
          == unbalanced)
      #expect(
        reason {
          Sinkhorn(temperature: 1).optimalValue(costs, supply: [1], demand: [2, 2], errors: $0)
        } == unbalanced)
      #expect(
        reason {
          TransportOnLine().optimalValue(
            sources: [0], targets: costs, supply: [1], demand: [2, 2], errors: $0)
        } == unbalanced)
      for count in [1, 3] {
        let prices = [Double](repeating: 1, count: count)
        let refused = reason {
          Transport().optimalValues(
            costs + costs, supply: [1, 1], demand: [1, 0, 1, 0], surplusCosts: prices,
            shortageCosts: prices, batch: 2, rows: 1, columns: 2, errors: $0)[0]
        }
        #expect(
          refused
            == .shapeMismatch(
              expected: "2 surplus costs and as many shortage costs", found: "\(count) and \(count)"
            ))
      }
    }
  }
#endif
