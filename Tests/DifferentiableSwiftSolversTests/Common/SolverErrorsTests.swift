#if canImport(_Differentiation)
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// The errors of refused problems, and what differentiated code sees of them.
  struct SolverErrorsTests {
    @Test func theFirstErrorIsThrown() throws {
      let costs: [Float] = [1, 2, .nan, 4, 5, 6, 7, -.infinity]
      let error = #expect(throws: CombinatorialError.self) {
        try throwingErrors { errors in
          valueWithPullback(at: costs) { costs in
            Assignment().optimalValues(costs, batch: 2, rows: 2, columns: 2, errors: errors)
          }.value + [Assignment().optimalValue([Float](), rows: 1, columns: 1, errors: errors)]
        }
      }
      guard case .invalidCost(row: 1, column: 0, let value) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(error?.item == 0 && value.isNaN)
    }

    @differentiable(reverse)
    private static func forbidden(_ x: Float) -> [Float] {
      var costs: [Float] = []
      for _ in 0..<4 { costs.append(x * .infinity) }
      return costs
    }

    /// Swift's own pullbacks of arrays, such as that of `append`, take gradients in full, of 0 too.
    @Test func refusedProblemsAreNaNWithGradientZero() {
      var seen: (value: Float, gradient: [Float], values: [Float])?
      #expect(throws: CombinatorialError(.infeasible, item: 0)) {
        try throwingErrors { errors in
          let (value, gradient) = valueWithGradient(at: 3 as Float) { x in
            Assignment().optimalValue(Self.forbidden(x), rows: 2, columns: 2, errors: errors)
          }
          let infinite = [Float](repeating: .infinity, count: 12)
          let values = valueWithPullback(at: infinite) {
            Assignment().optimalValues($0, batch: 3, rows: 2, columns: 2, errors: errors)
          }.value
          seen = (value, [gradient], values)
        }
      }
      #expect(seen?.value.isNaN == true)
      #expect(seen?.values.count == 3 && seen?.values.allSatisfy(\.isNaN) == true)
    }

    @Test func wrongSizesAreErrors() {
      let costs = [Float](repeating: 1, count: 5)
      func refused(_ body: (SolverErrors) -> [Float]) -> CombinatorialError.Reason? {
        let error = #expect(throws: CombinatorialError.self) { try throwingErrors(body) }
        return error?.reason
      }
      let graph = try? DirectedGraph(nodeCount: 2, arcs: [(0, 1), (0, 1)])
      let path = graph.map { ShortestPath($0, from: 0, to: 1) }
      let reasons = [
        refused { Assignment().optimalValues(costs, batch: -1, rows: 2, columns: 2, errors: $0) },
        refused { Assignment().optimalValues(costs, batch: 2, rows: 2, columns: 2, errors: $0) },
        refused { path?.optimalValues(costs, batch: 2, errors: $0) ?? [] },
        refused { path?.optimalValues(costs, batch: 0, errors: $0) ?? [] },
        refused { path?.optimalValues(costs, batch: -2, errors: $0) ?? [] },
      ]
      for reason in reasons {
        guard case .shapeMismatch = reason else {
          Issue.record("\(String(describing: reason))")
          continue
        }
      }
    }

    @Test func derivativesThatFitNoValuesAreAnError() {
      let costs = [Float](repeating: 1, count: 8)
      var gradient: [Float] = []
      let error = #expect(throws: CombinatorialError.self) {
        try throwingErrors { errors in
          let pullback = valueWithPullback(at: costs) {
            Assignment().optimalValues($0, batch: 2, rows: 2, columns: 2, errors: errors)
          }.pullback
          #expect(pullback(.zero).base == .init(repeating: 0, count: 8))
          gradient = pullback(.init([1, 1, 1])).base
        }
      }
      #expect(error == .shapeMismatch(expected: "2 derivatives, one by each value", found: "3"))
      #expect(gradient == .init(repeating: 0, count: 8))
    }

    @Test func solversOfYourOwnAreCaught() {
      #expect(throws: CombinatorialError(.infeasible)) {
        try throwingErrors { errors in
          let found = errors.catching { () throws(CombinatorialError) -> Int in
            throw CombinatorialError(.infeasible)
          }
          #expect(found == nil && errors.catching { 3 } == 3)
        }
      }
    }

    @Test func anEmptyBatchHasNoValues() throws {
      let values = try throwingErrors {
        Assignment().optimalValues([Float](), batch: 0, rows: 3, columns: 3, errors: $0)
      }
      #expect(values.isEmpty)
    }
  }
#endif
