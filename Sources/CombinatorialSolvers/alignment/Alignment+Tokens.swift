public import CombinatorialKernels

extension Alignment {
  /// The best alignments of predicted token distributions with target tokens: what the alignment loss
  /// minimizes.
  ///
  ///     C[i][k] = -log softmax(logits[i])[targets[k]]
  ///
  /// - Parameters:
  ///   - logits: `[batch, rows, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
  ///   - classes: The number of tokens there are.
  ///   - targets: `[batch, columns]`: tokens, `0 ..< classes`.
  ///   - shape: The batch, predicted by target positions; logits and targets of the padding are never read.
  /// - Returns: The solutions, whose gradients are those by the costs C.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    logits: UnsafeBufferPointer<Scalar>, classes: Int, targets: [Int32], shape: BatchShape
  ) throws(CombinatorialError) -> AlignmentBatch {
    let tokens = try TokenCosts(
      logits, classes: classes, targets: targets, shape: shape, maxThreads: maxThreads)
    var solutions = try solve(tokens, logits: logits)
    tokens.costs(logits).withUnsafeBufferPointer { solutions.keep(costs: $0) }
    return solutions
  }

  /// The alignment loss and its gradient by the logits, in the caller's memory.
  ///
  ///     dz*/dlogits[i] = sum_k G[i][k] (softmax(logits[i]) - onehot(targets[k])),  G = dz*/dC
  ///
  /// - Parameters:
  ///   - logits: `[batch, rows, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
  ///   - classes: The number of tokens there are.
  ///   - targets: `[batch, columns]`: tokens, `0 ..< classes`.
  ///   - shape: The batch, predicted by target positions; logits and targets of the padding are never read.
  ///   - weights: `[batch]`: the derivative of the loss by each value; nil: all 1.
  ///   - gradient: `[batch, rows, classes]`: dloss/dlogits, 0 in the padding.
  /// - Returns: `[batch]`: z* of each problem.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  /// - Complexity: O(batch rows (classes + columns)).
  public func valuesAndGradient<Scalar: CostScalar>(
    logits: UnsafeBufferPointer<Scalar>, classes: Int, targets: [Int32], shape: BatchShape,
    weights: [Scalar]? = nil, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let tokens = try TokenCosts(
      logits, classes: classes, targets: targets, shape: shape, maxThreads: maxThreads)
    return try tokens.valuesAndGradient(
      of: try solve(tokens, logits: logits), logits: logits, weights: weights, into: gradient)
  }

  /// Solves a batch whose costs are those of tokens.
  package func solve<Scalar: CostScalar>(
    _ tokens: TokenCosts<Scalar>, logits: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> AlignmentBatch {
    try tokens.withInput(logits) { input throws(CombinatorialError) in
      try solve(input, shape: tokens.shape)
    }
  }
}

extension SoftAlignment {
  /// The smoothed alignment loss and its gradient by the logits, in the caller's memory: as
  /// ``Alignment/valuesAndGradient(logits:classes:targets:shape:weights:into:)``.
  public func valuesAndGradient<Scalar: CostScalar>(
    logits: UnsafeBufferPointer<Scalar>, classes: Int, targets: [Int32], shape: BatchShape,
    weights: [Scalar]? = nil, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let tokens = try TokenCosts(
      logits, classes: classes, targets: targets, shape: shape, maxThreads: maxThreads)
    return try tokens.valuesAndGradient(
      of: try solve(tokens, logits: logits), logits: logits, weights: weights, into: gradient)
  }

  /// Smooths a batch whose costs are those of tokens.
  package func solve<Scalar: CostScalar>(
    _ tokens: TokenCosts<Scalar>, logits: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> SoftAlignmentBatch {
    try tokens.withInput(logits) { input throws(CombinatorialError) in
      try solve(input, shape: tokens.shape)
    }
  }
}

extension TokenCosts {
  /// The values, and the gradient of their weighted sum.
  fileprivate func valuesAndGradient(
    of solutions: some SolutionBatch, logits: UnsafeBufferPointer<Scalar>, weights: [Scalar]?,
    into output: UnsafeMutableBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let weights = weights ?? .init(repeating: 1, count: solutions.count)
    guard weights.count == solutions.count, output.count == logits.count else {
      throw .shapeMismatch(
        expected: "\(solutions.count) weights and room for \(logits.count) derivatives",
        found: "\(weights.count) and \(output.count)")
    }
    gradient(of: solutions, logits: logits, weights: weights, into: output)
    return solutions.values
  }
}
