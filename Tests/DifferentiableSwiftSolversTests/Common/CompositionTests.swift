#if canImport(_Differentiation)
  import DifferentiableSwiftSolvers
  import TestSupport
  import Testing
  import _Differentiation

  /// Differentiable code of a user's around the solvers, against central differences.
  struct CompositionTests {
    /// Scores of items by their features, a row of weights for each.
    private struct LinearModel: Differentiable {
      var weights: [Double]
      var bias: Double

      @differentiable(reverse)
      func callAsFunction(_ features: [Double], outputs: Int) -> [Double] {
        let size = withoutDerivative(at: weights.count / outputs)
        var scores: [Double] = []
        for item in 0..<withoutDerivative(at: features.count / size) {
          for output in 0..<outputs {
            var score = bias
            for place in 0..<size {
              score += weights[output * size + place] * features[item * size + place]
            }
            scores.append(score)
          }
        }
        return scores
      }
    }

    /// Losses of quadratic and linear pieces have no third derivative: their differences are off by rounding alone,
    /// that of a few dozen operations on numbers of the magnitude of the loss.
    private func check(
      _ loss: @differentiable(reverse) (LinearModel, @noDerivative SolverErrors) -> Double,
      third: Double = 0
    ) throws {
      var random = SeededRandom(seed: 63)
      var model = LinearModel(weights: random.numbers(12).map(Double.init), bias: 0.25)
      let (value, gradient) = try throwingErrors { errors in
        valueWithGradient(at: model) { loss($0, errors) }
      }
      let step = 0x1p-20
      let bound = ErrorBound.centralDifference(
        step: step, thirdDerivative: third, valueError: 64 * .ulpOfOne * max(1, abs(value)))
      func difference(_ path: WritableKeyPath<LinearModel, Double>) throws -> Double {
        let start = model[keyPath: path]
        defer { model[keyPath: path] = start }
        model[keyPath: path] = start + step
        let after = try throwingErrors { loss(model, $0) }
        model[keyPath: path] = start - step
        return (after - (try throwingErrors { loss(model, $0) })) / (2 * step)
      }
      for place in model.weights.indices {
        let numeric = try difference(\.weights[place])
        #expect(abs(gradient.weights.base[place] - numeric) <= bound, "weight \(place)")
      }
      let numeric = try difference(\.bias)
      #expect(abs(gradient.bias - numeric) <= bound)
      #expect(gradient.weights.base.contains { abs($0) > 0x1p-10 })
    }

    private let features = [0.5, -1, 2, 1, 0.25, -0.5, 1.5, 1, -2, 0.75, 0.5, -1]

    @Test func anAssignmentOfModelledCosts() throws {
      let features = features
      try check { model, errors in
        let value = Assignment().optimalValue(
          model(features, outputs: 4), rows: 4, columns: 4, errors: errors)
        return value * value + model.bias * model.bias
      }
    }

    @Test func aRaggedBatch() throws {
      let features = features
      try check { model, errors in
        let values = Assignment().optimalValues(
          model(features, outputs: 4), batch: 2, rows: 2, columns: 4, rowCounts: [2, 1],
          columnCounts: [4, 3], errors: errors)
        return values[0] * values[1] + 3 * values[1]
      }
    }

    @Test func costsAndPricesOfOneModel() throws {
      let features = features
      try check { model, errors in
        let unmatched = Assignment().optimalValue(
          model(features, outputs: 4), rows: 4, columns: 4, unmatchedCost: 0.1 * model.bias,
          errors: errors)
        let gaps = Array(repeating: model.bias, count: 4)
        let aligned = Alignment(gapCost: 1).optimalValue(
          model(features, outputs: 4), rows: 4, columns: 4, predictedGaps: gaps, targetGaps: gaps,
          errors: errors)
        return unmatched * aligned
      }
    }

    @Test func aBagLossOfAModel() throws {
      let features = features
      // Third derivatives of log-sum-exp are at most those of its arguments cubed: sums of |features| <= 4 here, for
      // each of four pictures.
      try check(
        { model, errors in
          bagLoss(
            logits: model(features, outputs: 4), labels: [0, 1, 2, 2], bagSizes: [3, 1],
            errors: errors
          ).differentiableReduce(0) { $0 + $1 }
        }, third: 4 * 64)
    }

    @Test func errorsOfAModelAreThrown() {
      let model = LinearModel(weights: [.nan, 1], bias: 0)
      #expect(throws: CombinatorialError.self) {
        try throwingErrors { errors in
          gradient(at: model) {
            Assignment().optimalValue($0([1, 2], outputs: 1), rows: 1, columns: 1, errors: errors)
          }
        }
      }
    }
  }
#endif
