#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Assignments whose rows and columns may stay unmatched at a price: the bits of the solver and of the tape.
  struct AssignmentPriceTests {
    private let lengths = Lengths(rows: [4, 2, 3], columns: [3, 5, 1])
    private let (costs, weights, prices): ([Float], [Float], [Float])
    private let (rowPrices, columnPrices): ([Float], [Float])

    init() {
      var random = SeededRandom(seed: 53)
      (costs, weights) = (random.numbers(60, in: 0...2), random.numbers(3, in: -2...2))
      prices = random.numbers(3)
      (rowPrices, columnPrices) = (random.numbers(12), random.numbers(15))
    }

    @Test func onePriceOfEachProblem() throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs, prices) {
          Assignment().optimalValues(
            $0, batch: 3, rows: 4, columns: 5, rowCounts: lengths.rows,
            columnCounts: lengths.columns,
            unmatchedCosts: $1, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base])
      }
      let inputs = [try Tensor(costs, shape: [3, 4, 5]), try Tensor(prices, shape: [3])]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try Assignment().optimalValue(
          $0[0], unmatchedCost: $0[1], rowCounts: lengths.rows, columnCounts: lengths.columns)
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)
      #expect(gradients[1].allSatisfy { $0 != 0 })
    }

    @Test func onePriceForAllByRepeatingIt() throws {
      let count = try throwingErrors { errors in
        gradient(at: 0.4 as Float) { price in
          Assignment().optimalValues(
            costs, batch: 3, rows: 4, columns: 5,
            unmatchedCosts: Array(repeating: price, count: 3), errors: errors
          ).differentiableReduce(0) { $0 + $1 }
        }
      }
      let solved = try Assignment(unmatchedCost: Double(0.4 as Float)).solve(
        costs, batch: 3, rows: 4, columns: 5)
      let unmatched = solved.unmatchedRowGradient + solved.unmatchedColumnGradient
      #expect(Double(count) == unmatched.reduce(0, +) && count > 0)
    }

    @Test func oneProblem() throws {
      let item = Array(costs[..<20])
      let (value, gradient) = try throwingErrors { errors in
        valueWithGradient(at: item, 0.4 as Float) {
          Assignment().optimalValue($0, rows: 4, columns: 5, unmatchedCost: $1, errors: errors)
        }
      }
      let solved = try Assignment(unmatchedCost: Double(0.4 as Float)).solve(
        item, rows: 4, columns: 5)
      #expect(value == Float(solved.value))
      #expect(gradient.0.base.map(Double.init) == solved.gradient)
      let unmatched = solved.unmatchedRowGradient + solved.unmatchedColumnGradient
      #expect(Double(gradient.1) == unmatched.reduce(0, +))
    }

    @Test func aPriceOfEachRowAndColumn() throws {
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs, rowPrices, columnPrices) {
          Assignment().optimalValues(
            $0, batch: 3, rows: 4, columns: 5, rowCounts: lengths.rows,
            columnCounts: lengths.columns,
            unmatchedRowCosts: $1, unmatchedColumnCosts: $2, errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base, gradients.2.base])
      }
      let inputs = [
        try Tensor(costs, shape: [3, 4, 5]), try Tensor(rowPrices, shape: [3, 4]),
        try Tensor(columnPrices, shape: [3, 5]),
      ]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try Assignment().optimalValue(
          $0[0], unmatchedRowCosts: $0[1], unmatchedColumnCosts: $0[2], rowCounts: lengths.rows,
          columnCounts: lengths.columns)
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)

      let (item, rows, columns) = (
        Array(costs[..<20]), Array(rowPrices[..<4]), Array(columnPrices[..<5])
      )
      let one = try throwingErrors { errors in
        valueWithGradient(at: item, rows, columns) {
          Assignment().optimalValue(
            $0, rows: 4, columns: 5, unmatchedRowCosts: $1, unmatchedColumnCosts: $2, errors: errors
          )
        }
      }
      let solved = try Assignment().valueAndGradient(
        item, rows: 4, columns: 5, unmatchedRowCosts: rows, unmatchedColumnCosts: columns)
      #expect(one.value == Float(solved.value) && one.gradient.0.base == solved.gradient.costs)
      #expect(one.gradient.1.base == solved.gradient.unmatchedRowCosts)
      #expect(one.gradient.2.base == solved.gradient.unmatchedColumnCosts)
    }

    @Test func badPricesAreErrors() {
      #expect(throws: CombinatorialError.self) {
        try throwingErrors {
          Assignment().optimalValues(
            costs, batch: 3, rows: 4, columns: 5, unmatchedCosts: [1, 2], errors: $0)
        }
      }
      #expect(throws: CombinatorialError(.invalidUnmatchedCost(value: .infinity), item: 1)) {
        try throwingErrors {
          Assignment().optimalValues(
            costs, batch: 3, rows: 4, columns: 5, unmatchedCosts: [1, .infinity, 2], errors: $0)
        }
      }
    }
  }
#endif
