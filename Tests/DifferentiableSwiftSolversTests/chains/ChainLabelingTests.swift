#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Chains by the costs of labels and steps: the bits of the tape, for every way in which steps come; ragged batches.
  struct ChainLabelingTests {
    @Test(
      arguments: [[3, 3], [4, 3, 3], [2, 4, 3, 3]], [nil, [5, 3]])
    func equalsTheTapes(stepShape: [Int], lengths: [Int]?) throws {
      var random = SeededRandom(seed: 58)
      let (unary, steps) = (random.numbers(30), random.numbers(stepShape.reduce(1, *)))
      let weights = random.numbers(2, in: -2...2)
      let (values, gradients) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: unary, steps) {
          ChainLabeling().optimalValues(
            unary: $0, steps: $1, batch: 2, positions: 5, labels: 3, lengths: lengths,
            errors: errors)
        }
        let gradients = pullback(.init(weights))
        return (values, [gradients.0.base, gradients.1.base])
      }
      let inputs = [try Tensor(unary, shape: [2, 5, 3]), try Tensor(steps, shape: stepShape)]
      let expected = try Outcome.onTape(inputs, weights: weights) {
        try ChainLabeling().optimalValue(unary: $0[0], steps: $0[1], lengths: lengths)
      }
      #expect(Outcome(values: values, gradients: gradients) == expected)
    }

    @Test func oneChain() throws {
      let (unary, steps): ([Double], [Double]) = ([1, 2, 3, 0, 2, 1], [0, 1, 1, 0])
      let (value, gradient) = try throwingErrors { errors in
        valueWithGradient(at: unary, steps) {
          ChainLabeling().optimalValue(unary: $0, steps: $1, labels: 2, errors: errors)
        }
      }
      let expected = try ChainLabeling().valueAndGradient(unary: unary, steps: steps, labels: 2)
      #expect(value == expected.value && gradient.0.base == expected.gradient)
      #expect(gradient.1.base == expected.stepGradient)
    }

    @Test(arguments: [0, -1, 2])
    func aWrongShapeIsAnError(labels: Int) {
      #expect(throws: CombinatorialError.self) {
        try throwingErrors {
          ChainLabeling().optimalValue(
            unary: [1, 2, 3] as [Float], steps: [1], labels: labels, errors: $0)
        }
      }
    }
  }
#endif
