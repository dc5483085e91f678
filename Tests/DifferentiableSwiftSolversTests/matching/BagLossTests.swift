#if canImport(_Differentiation)
  import CombinatorialLosses
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// The bag loss of logits: the bits of the array form and of the tape; bags of any sizes, padded ones too.
  struct BagLossTests {
    private let (logits, weights, labels): ([Float], [Float], [Int32])
    private let sizes = [3, 0, 5, 4]

    init() {
      var random = SeededRandom(seed: 55)
      (logits, weights) = (random.numbers(12 * 7, in: -3...3), random.numbers(4, in: -2...2))
      labels = (0..<12).map { _ in Int32.random(in: 0..<7, using: &random) }
    }

    @Test func equalsTheTapes() throws {
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: logits) {
          bagLoss(logits: $0, labels: labels, bagSizes: sizes, errors: errors)
        }
        return (values, pullback(.init(weights)).base)
      }
      let expected = try Outcome.onTape([Tensor(logits, shape: [12, 7])], weights: weights) {
        try bagLoss(logits: $0[0], labels: labels, bagSizes: sizes)
      }
      #expect(Outcome(values: values, gradients: [gradient]) == expected)
    }

    @Test func paddingHasGradientZero() throws {
      let bags = BagShape(batch: 3, size: 4, lengths: [2, 4, 1])
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: logits) {
          bagLoss(logits: $0, labels: labels, bags: bags, errors: errors)
        }
        return (values, pullback(.init(Array(weights[..<3]))).base)
      }
      let inputs = [try Tensor(logits, shape: [3, 4, 7])]
      let expected = try Outcome.onTape(inputs, weights: Array(weights[..<3])) {
        try bagLoss(logits: $0[0], labels: labels, lengths: [2, 4, 1])
      }
      #expect(Outcome(values: values, gradients: [gradient]) == expected)
      #expect(gradient[14..<28].allSatisfy { $0 == 0 } && gradient[0] != 0)
    }

    @Test func equalsTheSolversInDouble() throws {
      let logits = logits.map(Double.init)
      let (values, gradient) = try throwingErrors { errors in
        let (values, pullback) = valueWithPullback(at: logits) {
          bagLoss(logits: $0, labels: labels, bagSizes: sizes, errors: errors)
        }
        return (values, pullback(.init([1, 1, 1, 1])).base)
      }
      let expected = try CombinatorialSolvers.bagLoss(
        logits: logits, labels: labels, bagSizes: sizes)
      #expect(values == expected.values && gradient == expected.gradient)
    }

    @Test func aLabelThatIsNoClassIsAnError() {
      #expect(
        throws: CombinatorialError(.labelOutOfRange(position: 0, label: 9, classes: 2), item: 0)
      ) {
        try throwingErrors {
          bagLoss(logits: [1, 2] as [Float], labels: [9], bagSizes: [1], errors: $0)
        }
      }
    }
  }
#endif
