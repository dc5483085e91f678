internal import CombinatorialKernels

/// Alignment as a loss: dz*/dcosts is 1 at the diagonals of the path and the gap factor at its gaps.
extension Alignment: PrimalProblem {
  /// One problem's costs are a matrix.
  public var costRank: Int { 2 }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[predicted, target]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    let solutions = try solve(batch: costs.reshaped([1] + costs.shape))
    return solutions[0]
  }

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameter costs: `[batch, predicted, target]`.
  /// - Throws: ``CombinatorialError``.
  public func solve(batch costs: Tensor) throws -> [PrimalSolution] {
    let alignments = try SolvedAlignments(self, costs, lengths: nil, gapCosts: nil)
    let shape = alignments.shape
    return (0..<shape.batch).map { item in
      let pairs = shape.pairs(of: item, output: alignments.output, rule: alignments.rule)
      return PrimalSolution(
        value: alignments.output.values[item],
        solution: .sparse(
          positions: pairs.map { $0.row * shape.columns + $0.column },
          entries: pairs.map(\.weight)))
    }
  }

  /// The cost of the cheapest alignment as a differentiable loss.
  ///
  /// - Parameter costs: `[predicted, target]` or `[batch, predicted, target]`.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(_ costs: Tensor) throws -> Tensor {
    try optimalValue(costs, lengths: nil)
  }

  /// The cost of the cheapest alignments of a ragged batch as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - lengths: What each problem uses. The rest is padding: never read, gradient 0.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``.
  public func optimalValue(_ costs: Tensor, lengths: [AlignmentLengths]?) throws -> Tensor {
    let alignments = try SolvedAlignments(self, costs, lengths: lengths, gapCosts: nil)
    return Tensor.recorded("alignment", inputs: [costs], output: try alignments.values) {
      [try alignments.gradients(cotangent: $0.scalars).costs]
    }
  }

  /// The cost of the cheapest alignments as a differentiable loss of the costs and of the price of every
  /// gap, instead of ``Alignment/Gaps/cost(_:)``.
  ///
  /// - Parameters:
  ///   - costs: `[predicted, target]` or `[batch, predicted, target]`.
  ///   - predictedGaps: The price of skipping each predicted position, `[predicted]` or
  ///     `[batch, predicted]`. Its gradient is 1 where the path skips it.
  ///   - targetGaps: The price of skipping each target position, `[target]` or `[batch, target]`.
  ///   - lengths: What each problem uses; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``CombinatorialError``; the problem must be one with a gap cost.
  public func optimalValue(
    _ costs: Tensor, predictedGaps: Tensor, targetGaps: Tensor,
    lengths: [AlignmentLengths]? = nil
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let shapes = items.itemShape.map { items.batchShape + [$0] }
    guard [predictedGaps.shape, targetGaps.shape] == shapes else {
      throw CombinatorialError.shapeMismatch(
        expected: "gap costs of shapes \(shapes[0]) and \(shapes[1])",
        found: "\(predictedGaps.shape) and \(targetGaps.shape)")
    }
    let gapCosts = GapCosts(predicted: predictedGaps.scalars, target: targetGaps.scalars)
    let alignments = try SolvedAlignments(self, costs, lengths: lengths, gapCosts: gapCosts)
    return Tensor.recorded(
      "alignment", inputs: [costs, predictedGaps, targetGaps], output: try alignments.values
    ) { cotangent in
      let gradients = try alignments.gradients(cotangent: cotangent.scalars)
      return [
        gradients.costs,
        try gradients.predicted.reshaped(shapes[0]), try gradients.target.reshaped(shapes[1]),
      ]
    }
  }
}

/// A solved batch: all that its gradient needs are the moves.
private struct SolvedAlignments: Sendable {
  let items: BatchedItems
  let shape: AlignmentShape
  let rule: AlignmentRule
  let output: AlignmentOutput
  let maxThreads: Int?

  init(
    _ problem: Alignment, _ costs: Tensor, lengths: [AlignmentLengths]?,
    gapCosts: GapCosts<Float>?
  ) throws {
    items = try BatchedItems(costs, itemRank: 2, name: "costs")
    let shape = AlignmentShape(
      batch: items.count, rows: items.itemShape[0], columns: items.itemShape[1], lengths: lengths)
    self.shape = shape
    rule = try problem.checkedRule(shape)
    maxThreads = problem.maxThreads
    output = try costs.withUnsafeScalars { costs throws(CombinatorialError) in
      try problem.solve(costs, shape: shape, gapCosts: gapCosts)
    }
  }

  /// z* of each problem.
  var values: Tensor {
    get throws { try Tensor(output.values.map { Float($0) }, shape: items.batchShape) }
  }

  func gradients(
    cotangent: [Float]
  ) throws -> (costs: Tensor, predicted: Tensor, target: Tensor) {
    var (predicted, target) = (
      try Tensor.zeros([shape.batch, shape.rows]), try Tensor.zeros([shape.batch, shape.columns])
    )
    let costs = try Tensor(shape: items.shape) { gradient in
      predicted.withUnsafeMutableScalars { predicted in
        target.withUnsafeMutableScalars { target in
          AlignmentKernel.gradient(
            of: output, weights: cotangent, shape: shape, rule: rule, into: gradient,
            rowGaps: predicted, columnGaps: target, maxThreads: maxThreads)
        }
      }
    }
    return (costs, predicted, target)
  }
}
