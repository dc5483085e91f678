#if canImport(_Differentiation)
  public import CombinatorialSolvers
  internal import _Differentiation

  extension LetterAlignment {
    /// The costs of the cheapest alignments as a differentiable function of the prices.
    ///
    ///     dz*/dsubstitutions[a][b] = how often a is matched with b        dz*/dgap = how many gaps
    ///
    /// All pairs of sequences pay the same prices, which get the sum of the gradients.
    ///
    /// - Parameters:
    ///   - predicted: `[batch]` sequences of letters, the rows.
    ///   - target: `[batch]` sequences, the columns.
    ///   - letters: How many letters there are.
    ///   - substitutions: `[letters, letters]`, letters of the predicted sequences by letters of the targets.
    ///   - predictedGap: The price of skipping a letter of a predicted sequence.
    ///   - targetGap: The price of skipping a letter of a target.
    ///   - errors: Takes the error of the first pair that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each pair.
    /// - Complexity: O(rows columns) of each pair.
    @differentiable(reverse,wrt: (substitutions, predictedGap, targetGap))
    public func optimalValues<Scalar: DifferentiableCost>(
      _ predicted: [[UInt8]], _ target: [[UInt8]], letters: Int, substitutions: [Scalar],
      predictedGap: Scalar, targetGap: Scalar, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: [substitutions, [predictedGap], [targetGap]], count: predicted.count) {
        inputs throws(CombinatorialError) in
        var costs = LetterCosts(
          substitutions: inputs[0], letters: letters, gap: inputs[1][0])
        costs.targetGap = inputs[2][0]
        let solutions = try solve(predicted, target, costs: costs)
        return SolvedBatch(values: solutions.values) { weights in
          let gradient = solutions.gradient(weights: weights)
          return [gradient.substitutions, [gradient.predictedGap], [gradient.targetGap]]
        }
      }
    }
  }
#endif
