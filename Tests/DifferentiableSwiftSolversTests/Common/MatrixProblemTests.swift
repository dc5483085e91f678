#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Of every problem over a matrix: the same bits as the solver's and the tape's, alone, in batches and ragged.
  struct MatrixProblemTests {
    private func check<Problem: MatrixProblem>(
      _ problem: Problem, rows: Int = 6, columns: Int = 6, ragged: Bool = true,
      range: ClosedRange<Float> = 0...4,
      tape: (Tensor, Lengths?) throws -> Tensor
    ) throws {
      var random = SeededRandom(seed: 51)
      let (batch, size) = (3, problem.channels * rows * columns)
      let (costs, weights) = (
        random.numbers(batch * size, in: range), random.numbers(batch, in: -2...2)
      )
      let shape = [batch] + (problem.channels > 1 ? [problem.channels] : []) + [rows, columns]
      for lengths in [nil, Lengths(rows: [4, 6, 3], columns: [4, 5, 3])]
      where lengths == nil || ragged {
        let (values, gradient) = try throwingErrors { errors in
          let (values, pullback) = valueWithPullback(at: costs) {
            problem.optimalValues(
              $0, batch: batch, rows: rows, columns: columns, rowCounts: lengths?.rows,
              columnCounts: lengths?.columns, errors: errors)
          }
          return (values, pullback(.init(weights)).base)
        }
        let expected = try Outcome.onTape([Tensor(costs, shape: shape)], weights: weights) {
          try tape($0[0], lengths)
        }
        #expect(Outcome(values: values, gradients: [gradient]) == expected)
        #expect(gradient.contains { $0 != 0 })
        try checkDoubles(problem, costs.map(Double.init), rows, columns, lengths)
      }
      let item = Array(costs[..<size])
      let (value, gradient) = try throwingErrors { errors in
        valueWithGradient(at: item) {
          problem.optimalValue($0, rows: rows, columns: columns, errors: errors)
        }
      }
      let expected = try problem.valueAndGradient(item, rows: rows, columns: columns)
      #expect(value == Float(expected.value) && gradient.base == expected.gradient)
    }

    /// Doubles keep every bit of the solver's.
    private func checkDoubles<Problem: MatrixProblem>(
      _ problem: Problem, _ costs: [Double], _ rows: Int, _ columns: Int, _ lengths: Lengths?
    ) throws {
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs) {
          problem.optimalValues(
            $0, batch: 3, rows: rows, columns: columns, rowCounts: lengths?.rows,
            columnCounts: lengths?.columns, errors: errors)
        }
        return (values, pullback(.init([1, 1, 1])).base)
      }
      let expected = try problem.valuesAndGradient(
        costs, batch: 3, rows: rows, columns: columns, rowCounts: lengths?.rows,
        columnCounts: lengths?.columns)
      #expect(values == expected.values && gradient == expected.gradient)
    }

    @Test func assignments() throws {
      for problem in [Assignment(), Assignment(unmatchedCost: 0.5)] {
        try check(problem) { try problem.optimalValue($0, lengths: $1) }
      }
      let maximum = Assignment().maximum
      try check(maximum) { try maximum.optimalValue($0, lengths: $1) }
      let semi = SemiAssignment(capacities: [1, 3, 1, 1, 2, 1])
      try check(semi, ragged: false) { try semi.optimalValue($0, lengths: $1) }
      try check(BottleneckAssignment()) { try BottleneckAssignment().optimalValue($0, lengths: $1) }
      let ranked = RankedAssignment(count: 3)
      try check(ranked) { try ranked.optimalValue($0, lengths: $1) }
    }

    @Test func alignments() throws {
      for problem in [Alignment(), Alignment(gapCost: 0.7), Alignment(.timeWarping(band: nil))] {
        try check(problem) { try problem.optimalValue($0, lengths: $1) }
      }
      let soft = SoftAlignment(temperature: 0.3)
      try check(soft) { try soft.value($0, lengths: $1) }
    }

    @Test func gridsAndTransport() throws {
      try check(GridShortestPath()) { try GridShortestPath().optimalValue($0, lengths: $1) }
      try check(GridCut()) { try GridCut().optimalValue($0, lengths: $1) }
      let masses = (0..<6).map { Double($0 + 1) }
      let transport = Transport().between(supply: masses, demand: masses.reversed())
      try check(transport, ragged: false) { try transport.optimalValue($0, lengths: $1) }
      let sinkhorn = Sinkhorn(temperature: 0.5).between(supply: masses, demand: masses.reversed())
      try check(sinkhorn, ragged: false) { try sinkhorn.optimalValue($0, lengths: $1) }
    }
  }
#endif
