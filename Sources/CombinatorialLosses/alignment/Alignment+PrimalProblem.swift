/// Alignment as a loss: dz*/dcosts is 1 at the diagonals of the path and the gap factor at its gaps.
extension Alignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }

  /// The cost of the cheapest alignments as a differentiable loss of the costs and of the price of every
  /// gap, instead of ``/CombinatorialSolvers/Alignment/Gaps/cost(_:)``.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - predictedGaps: The price of skipping each predicted position, `[predicted]` or
  ///     `[batch, predicted]`. Its gradient is 1 where the path skips it.
  ///   - targetGaps: The price of skipping each target position, `[target]` or `[batch, target]`.
  ///   - lengths: What each problem uses; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``; the problem must be one with a gap cost.
  public func optimalValue(
    _ costs: Tensor, predictedGaps: Tensor, targetGaps: Tensor, lengths: Lengths? = nil
  ) throws -> Tensor {
    try pricedValue(costs, predictedGaps, targetGaps, lengths: lengths)
  }
}

extension AlignmentProblem {
  /// The values as an operation of the costs and of the price of every gap.
  func pricedValue(
    _ costs: Tensor, _ predictedGaps: Tensor, _ targetGaps: Tensor, lengths: Lengths?
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let shapes = items.itemShape.map { items.batchShape + [$0] }
    guard [predictedGaps.shape, targetGaps.shape] == shapes else {
      throw CombinatorialError.shapeMismatch(
        expected: "gap costs of shapes \(shapes[0]) and \(shapes[1])",
        found: "\(predictedGaps.shape) and \(targetGaps.shape)")
    }
    let shape = items.shape(lengths: lengths)
    let gapCosts = GapCosts(predicted: predictedGaps.scalars, target: targetGaps.scalars)
    let solutions = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape, gapCosts: gapCosts)
    }
    return Tensor.recorded(
      "alignment", inputs: [costs, predictedGaps, targetGaps],
      output: try items.values(of: solutions)
    ) { cotangent in
      var (predicted, target) = (try Tensor.zeros(shapes[0]), try Tensor.zeros(shapes[1]))
      let byCosts = try Tensor(shape: items.shape) { gradient in
        predicted.withUnsafeMutableScalars { predicted in
          target.withUnsafeMutableScalars { target in
            cotangent.withUnsafeScalars {
              solutions.gradient(
                weights: $0, into: gradient, predictedGaps: predicted, targetGaps: target)
            }
          }
        }
      }
      return [byCosts, predicted, target]
    }
  }
}
