#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  struct GridShortestPathTests {
    private let ends = [
      GridEnds(from: GridCell(row: 0, column: 2), to: GridCell(row: 1, column: 0)),
      GridEnds(from: GridCell(row: 3, column: 3), to: GridCell(row: 0, column: 1)),
    ]

    @Test(arguments: [nil, Lengths(rows: [2, 4], columns: [3, 4])])
    func pathsBetweenCellsOfTheirOwn(lengths: Lengths?) throws {
      var random = SeededRandom(seed: 59)
      let (costs, weights) = (random.numbers(32), random.numbers(2, in: -2...2))
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs) {
          GridShortestPath().optimalValues(
            $0, batch: 2, rows: 4, columns: 4, rowCounts: lengths?.rows,
            columnCounts: lengths?.columns, itemEnds: ends, errors: errors)
        }
        return (values, pullback(.init(weights)).base)
      }
      let inputs = [try Tensor(costs, shape: [2, 4, 4])]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try GridShortestPath().optimalValue($0[0], lengths: lengths, itemEnds: ends)
      }
      #expect(Outcome(values: values, gradients: [gradient]) == expected)
    }

    @Test func anEndOutsideOfTheGridIsAnError() {
      let error = #expect(throws: CombinatorialError.self) {
        try throwingErrors {
          GridShortestPath().optimalValues(
            .init(repeating: 1 as Float, count: 8), batch: 2, rows: 2, columns: 2, itemEnds: ends,
            errors: $0)
        }
      }
      #expect(error?.item == 0)
    }
  }
#endif
