/// Alignment of letters as a loss of what pairs and gaps cost.
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
  ///   - substitutions: `[letters, letters]`, letters of the predicted sequences by letters of the targets.
  ///   - predictedGap: `[]`: the price of skipping a letter of a predicted sequence.
  ///   - targetGap: `[]`: the price of skipping a letter of a target.
  /// - Returns: `[batch]`: z* of each pair.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  /// - Complexity: O(rows columns) of each pair.
  public func optimalValues(
    _ predicted: [[UInt8]], _ target: [[UInt8]], substitutions: Tensor, predictedGap: Tensor,
    targetGap: Tensor
  ) throws -> Tensor {
    let letters = substitutions.shape.first ?? 0
    guard substitutions.shape == [letters, letters], predictedGap.shape == [], targetGap.shape == []
    else {
      throw CombinatorialError.shapeMismatch(
        expected: "substitutions [letters, letters] and gaps []",
        found: "\(substitutions.shape), \(predictedGap.shape) and \(targetGap.shape)")
    }
    var costs = LetterCosts<Float>(
      substitutions: substitutions.scalars, letters: letters, gap: try predictedGap.item())
    costs.targetGap = try targetGap.item()
    let solutions = try solve(predicted, target, costs: costs)
    let values = try Tensor(solutions.values.map { Float($0) }, shape: [solutions.count])
    return Tensor.recorded(
      "letterAlignment", inputs: [substitutions, predictedGap, targetGap], output: values
    ) { cotangent in
      let gradient = solutions.gradient(weights: cotangent.scalars)
      return [
        try Tensor(gradient.substitutions, shape: [letters, letters]),
        try Tensor([gradient.predictedGap], shape: []), try Tensor([gradient.targetGap], shape: []),
      ]
    }
  }
}
