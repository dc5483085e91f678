#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// The values of the k best assignments, each by itself: the bits of the tape, and +infinity where there are no more.
  struct RankedValuesTests {
    @Test(arguments: [nil, Lengths(rows: [4, 1, 3], columns: [4, 1, 2])])
    func equalTheTapes(lengths: Lengths?) throws {
      var random = SeededRandom(seed: 54)
      let problem = RankedAssignment(count: 4)
      let (costs, weights) = (random.numbers(48), random.numbers(12, in: -2...2))
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs) {
          problem.rankedValues(
            $0, batch: 3, rows: 4, columns: 4, rowCounts: lengths?.rows,
            columnCounts: lengths?.columns, errors: errors)
        }
        return (values, pullback(.init(weights)).base)
      }
      #expect((lengths != nil) == values.contains(.infinity))
      let leaf = try Tensor(costs, shape: [3, 4, 4]).requiringGradient()
      let ranked = try problem.rankedValues(leaf, lengths: lengths)
      #expect(values == ranked.scalars)
      let expected = try ranked.gradients(
        of: [leaf], cotangent: Tensor(weights, shape: [3, 4]))[0]
      #expect(gradient == expected.scalars)
    }

    @Test func ofOneProblem() throws {
      let costs: [Float] = [1, 4, 2, 8]
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: costs) {
          RankedAssignment(count: 2).rankedValues($0, rows: 2, columns: 2, errors: errors)
        }
        return (values, pullback(.init([1, 10])).base)
      }
      #expect(values == [6, 9] && gradient == [10, 1, 1, 10])
    }

    @Test func noAssignmentsAreAnError() {
      #expect(throws: CombinatorialError.self) {
        try throwingErrors {
          RankedAssignment(count: -1).rankedValues([1 as Float], rows: 1, columns: 1, errors: $0)
        }
      }
    }
  }
#endif
