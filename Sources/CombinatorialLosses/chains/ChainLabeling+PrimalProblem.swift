/// The cheapest labeling of a chain as a loss: its gradient is 1 at the costs of its labels and steps and 0
/// elsewhere. The costs of one tensor are those of ``ChainLabeling/costs(unary:steps:)``; chains of different
/// lengths take costs of labels and steps apart.
extension ChainLabeling: PrimalProblem {
  /// One chain's costs are positions of rows and columns.
  public var costRank: Int { 3 }

  /// The costs of the labels and of the steps into them as one tensor, which the losses of solutions
  /// take, such as ``PrimalProblem/structuredPerceptronLoss(_:target:)``.
  ///
  /// - Parameters:
  ///   - unary: `[positions, labels]` or `[batch, positions, labels]`.
  ///   - steps: `[labels, labels]`, from the label before (row) to the next (column).
  /// - Returns: `[positions, 1 + labels, labels]`, with the batch first if there is one: row 0 is what each
  ///   label costs, row 1 + j what the step from label j costs; those into the first position count
  ///   for nothing.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  public func costs(unary: Tensor, steps: Tensor) throws -> Tensor {
    let items = try BatchedItems(unary, itemRank: 2, name: "unary costs")
    let labels = items.itemShape[1]
    guard steps.shape == [labels, labels] else {
      throw CombinatorialError.shapeMismatch(
        expected: "steps [\(labels), \(labels)]", found: "\(steps.shape)")
    }
    let positions = items.batchShape + [items.itemShape[0]]
    let rows = try unary.reshaped(positions + [1, labels])
    let matrices = try steps + Tensor.zeros(positions + [labels, labels])
    return try .concatenated([rows, matrices], axis: positions.count)
  }

  /// The cost of the cheapest labeling as a differentiable loss of the costs of labels and steps.
  ///
  ///     dz*/dunary[t][k] = 1 where t has the label k       dz*/dsteps = 1 at each step that is taken
  ///
  /// A matrix that all steps share gets the number of times that each step is taken.
  ///
  /// - Parameters:
  ///   - unary: `[positions, labels]` or `[batch, positions, labels]`.
  ///   - steps: `[labels, labels]`; `[positions - 1, labels, labels]`; or, of a batch, that with the batch
  ///     first.
  ///   - lengths: Positions in use, for each chain; nil: all. What lies behind is padding: never read,
  ///     gradient 0.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(unary: Tensor, steps: Tensor, lengths: [Int]? = nil) throws -> Tensor {
    let items = try BatchedItems(unary, itemRank: 2, name: "unary costs")
    let matrix = [items.itemShape[1], items.itemShape[1]]
    let matrices = [max(0, items.itemShape[0] - 1)] + matrix
    guard [matrix, matrices, items.batchShape + matrices].contains(steps.shape) else {
      throw CombinatorialError.shapeMismatch(
        expected: "steps \(matrix) or \(items.batchShape + matrices)", found: "\(steps.shape)")
    }
    let shape = items.shape(lengths: Lengths(rows: lengths))
    let solutions = try unary.withUnsafeScalars { unary in
      try steps.withUnsafeScalars { try solveInPlace(unary: unary, steps: $0, shape: shape) }
    }
    let stepShape = steps.shape
    return Tensor.recorded(
      "chainLabeling", inputs: [unary, steps], output: try items.values(of: solutions)
    ) { cotangent in
      let bySteps = try Tensor(shape: stepShape) { gradient in
        cotangent.withUnsafeScalars { solutions.stepGradient(weights: $0, into: gradient) }
      }
      return [try items.gradient(of: solutions, cotangent: cotangent), bySteps]
    }
  }
}
