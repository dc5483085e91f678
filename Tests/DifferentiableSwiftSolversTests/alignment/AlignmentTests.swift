#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Alignments with a price for each gap, and of tokens: the bits of the tape; ragged batches.
  struct AlignmentTests {
    private let lengths = Lengths(rows: [4, 2, 3], columns: [3, 5, 1])
    private let (costs, rowGaps, columnGaps, weights): ([Float], [Float], [Float], [Float])

    init() {
      var random = SeededRandom(seed: 56)
      (costs, weights) = (random.numbers(60, in: 0...3), random.numbers(3, in: -2...2))
      (rowGaps, columnGaps) = (random.numbers(12), random.numbers(15))
    }

    private func check<Problem: AlignmentProblem>(
      _ problem: Problem, tape: ([Tensor]) throws -> Tensor
    ) throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs, rowGaps, columnGaps) {
          problem.optimalValues(
            $0, batch: 3, rows: 4, columns: 5, rowCounts: lengths.rows,
            columnCounts: lengths.columns,
            predictedGaps: $1, targetGaps: $2, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base, gradients.2.base])
      }
      let inputs = [
        try Tensor(costs, shape: [3, 4, 5]), try Tensor(rowGaps, shape: [3, 4]),
        try Tensor(columnGaps, shape: [3, 5]),
      ]
      let expected = try Outcome.onTape(inputs, weights: weights, tape)
      #expect(Outcome(values: values, gradients: gradients) == expected)
      #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })
    }

    @Test func gapsHavePrices() throws {
      let hard = Alignment(gapCost: 1)
      try check(hard) {
        try hard.optimalValue($0[0], predictedGaps: $0[1], targetGaps: $0[2], lengths: lengths)
      }
      let soft = SoftAlignment(temperature: 0.4, alignment: hard)
      try check(soft) {
        try soft.value($0[0], predictedGaps: $0[1], targetGaps: $0[2], lengths: lengths)
      }
    }

    @Test func oneProblemHasItsGapGradient() throws {
      let gaps = GapCosts<Double>(predicted: [0.1, 2], target: [0.2, 3, 0.1])
      let costs: [Double] = [1, 0.1, 4, 2, 3, 0.2]
      let problem = Alignment(gapCost: 1)
      let (value, gradient) = try throwingErrors { errors in
        valueWithGradient(at: costs, gaps.predicted, gaps.target) {
          problem.optimalValue(
            $0, rows: 2, columns: 3, predictedGaps: $1, targetGaps: $2, errors: errors)
        }
      }
      let solution = try problem.solve(costs, rows: 2, columns: 3, gapCosts: gaps)
      #expect(value == solution.value && gradient.0.base == solution.gradient)
      #expect(gradient.1.base == solution.gapGradient.predicted)
      #expect(gradient.2.base == solution.gapGradient.target)
    }

    @Test func lettersHavePrices() throws {
      let (predicted, target): ([[UInt8]], [[UInt8]]) = (
        [[0, 1, 2], [2, 2]], [[0, 2], [1, 2, 0, 1]]
      )
      let (table, weights) = (Array(costs[..<9]), Array(weights[..<2]))
      let problem = LetterAlignment()
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: table, 0.5 as Float, 0.25 as Float) {
          problem.optimalValues(
            predicted, target, letters: 3, substitutions: $0, predictedGap: $1, targetGap: $2,
            errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, [gradients.1], [gradients.2]])
      }
      let inputs = [
        try Tensor(table, shape: [3, 3]), try Tensor([0.5], shape: []),
        try Tensor([0.25], shape: []),
      ]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try problem.optimalValues(
          predicted, target, substitutions: $0[0], predictedGap: $0[1], targetGap: $0[2])
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)
      #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })
      #expect(
        throws: CombinatorialError(
          .labelOutOfRange(position: 2, label: 2, classes: 2), item: 0)
      ) {
        try throwingErrors { errors in
          _ = problem.optimalValues(
            predicted, target, letters: 2, substitutions: [0, 1, 1, 0 as Float], predictedGap: 1,
            targetGap: 1, errors: errors)
        }
      }
    }

    @Test func aRuleWithoutGapCostsIsAnError() {
      #expect(throws: CombinatorialError.self) {
        try throwingErrors {
          Alignment().optimalValue(
            [1 as Float], rows: 1, columns: 1, predictedGaps: [1], targetGaps: [1], errors: $0)
        }
      }
    }

    @Test func tokensOfLogits() throws {
      var random = SeededRandom(seed: 57)
      let logits = random.numbers(3 * 4 * 6, in: -2...2)
      let targets = (0..<15).map { _ in Int32.random(in: 0..<6, using: &random) }
      let shape = BatchShape(
        batch: 3, rows: 4, columns: 5, rowCounts: lengths.rows, columnCounts: lengths.columns)
      func check<Problem: AlignmentProblem>(_ problem: Problem) throws {
        let (values, gradient) = try throwingErrors { errors in
          let (values, pullback) = valueWithPullback(at: logits) {
            alignmentLoss(
              logits: $0, classes: 6, targets: targets, shape: shape, alignment: problem,
              errors: errors)
          }
          return (values, pullback(.init(weights)).base)
        }
        let inputs = [try Tensor(logits, shape: [3, 4, 6])]
        let expected = try Outcome.onTape(inputs, weights: weights) {
          try alignmentLoss(
            logits: $0[0], targets: targets, lengths: lengths, alignment: problem)
        }
        #expect(Outcome(values: values, gradients: [gradient]) == expected)
      }
      try check(Alignment())
      try check(SoftAlignment(temperature: 0.5))
    }

    @Test func anInvalidLogitIsAnError() {
      #expect(
        throws: CombinatorialError(.invalidLogit(row: 1, column: 0, value: .infinity), item: 0)
      ) {
        try throwingErrors {
          alignmentLoss(
            logits: [1, 2, .infinity, 3] as [Float], classes: 2, targets: [1, 0],
            shape: BatchShape(rows: 2, columns: 2), errors: $0)
        }
      }
    }
  }
#endif
