internal import CombinatorialKernels

/// The cost of the best global alignment of predicted token distributions with a target sequence.
///
///     C[i][k] = -log softmax(logits[i])[targets[k]]        z* = min over alignments, see ``Alignment``
///     dz*/dlogits[i] = sum_k G[i][k] (softmax(logits[i]) - onehot(targets[k])),  G = dz*/dC
///
/// A prediction that is right but for a missing or an extra token pays for that token, and not for every
/// token after it, as the cross-entropy position by position would. The last token of both should be the
/// end of the sequence: gaps at the border read its row or column.
///
/// Equal to `logSoftmax` of a tensor, gathering and ``/CombinatorialSolvers/Alignment/optimalValue(_:lengths:)``, but the logits are
/// read once forwards, then only at the target tokens, and once backwards; no table of probabilities and
/// no matrix of costs exists.
///
/// Section 3.2 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear Programs".
///
/// - Parameters:
///   - logits: `[predicted, classes]` for one sequence, or `[batch, predicted, classes]`. -infinity is a
///     probability of 0; NaN and +infinity are refused.
///   - targets: The tokens, sequence after sequence: `[batch * target]`.
///   - lengths: What each sequence uses, predicted positions as rows and targets as columns; logits and
///     targets after that are padding: never read, gradient 0. nil: all.
///   - gapFactor: What a gap costs, as a multiple of the diagonal move that it stands beside.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each sequence, of shape `[]` or `[batch]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
/// - Complexity: O(batch predicted (classes + target)).
public func alignmentLoss(
  logits: Tensor, targets: [Int32], lengths: Lengths? = nil, gapFactor: Float = 1.5,
  maxThreads: Int? = nil
) throws -> Tensor {
  try alignmentLoss(
    logits: logits, targets: targets, lengths: lengths,
    alignment: Alignment(gapFactor: Double(gapFactor), maxThreads: maxThreads))
}

/// The cost of the best alignment by any rule: a gap factor, a gap cost, or time warping; or a smoothed one.
///
/// - Parameters:
///   - logits: `[predicted, classes]` or `[batch, predicted, classes]`.
///   - targets: The tokens, sequence after sequence.
///   - lengths: What each sequence uses; nil: all.
///   - alignment: The rule, an ``/CombinatorialSolvers/Alignment`` or a ``/CombinatorialSolvers/SoftAlignment``.
/// - Returns: The value of each sequence, of shape `[]` or `[batch]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
public func alignmentLoss(
  logits: Tensor, targets: [Int32], lengths: Lengths? = nil, alignment: some AlignmentProblem
) throws -> Tensor {
  let (items, tokens, solutions) = try align(
    logits, targets, lengths: lengths, alignment: alignment)
  return Tensor.recorded(
    "alignmentLoss", inputs: [logits], output: try items.values(of: solutions)
  ) { cotangent in
    let gradient = try Tensor(shape: items.shape) { gradient in
      items.tensor.withUnsafeScalars {
        tokens.gradient(of: solutions, logits: $0, weights: cotangent.scalars, into: gradient)
      }
    }
    return [gradient]
  }
}

/// The best alignments of predicted token distributions with target sequences, without the tape: what
/// ``alignmentLoss(logits:targets:lengths:gapFactor:maxThreads:)`` minimizes.
///
/// - Parameters: Those of the loss.
/// - Returns: The value and the moves of each sequence; no certificates, as there is no matrix of costs.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
public func alignTokens(
  logits: Tensor, targets: [Int32], lengths: Lengths? = nil, alignment: Alignment = Alignment()
) throws -> AlignmentBatch {
  try align(logits, targets, lengths: lengths, alignment: alignment).solutions
}

/// Logits aligned with target tokens; tokens and solutions are all that a gradient needs.
private func align<Problem: AlignmentProblem>(
  _ logits: Tensor, _ targets: [Int32], lengths: Lengths?, alignment: Problem
) throws -> (items: BatchedItems, tokens: TokenCosts<Float>, solutions: Problem.Solutions) {
  let items = try BatchedItems(logits, itemRank: 2, name: "logits")
  let shape = try BatchShape(items, targetCount: targets.count, lengths: lengths)
  let (tokens, solutions) = try items.tensor.withUnsafeScalars {
    logits throws(CombinatorialError) in
    let tokens = try TokenCosts(
      logits, classes: items.itemShape[1], targets: targets, shape: shape,
      maxThreads: alignment.maxThreads)
    return (tokens, try tokens.solve(alignment, logits: logits))
  }
  return (items, tokens, solutions)
}

extension BatchShape {
  /// The shape of a batch of predictions and as many targets.
  init(
    _ items: BatchedItems, targetCount: Int, lengths: Lengths?
  ) throws(CombinatorialError) {
    let columns = items.count > 0 ? targetCount / items.count : 0
    guard targetCount == items.count * columns else {
      throw .shapeMismatch(
        expected: "as many targets for each of \(items.count) sequences", found: "\(targetCount)")
    }
    self.init(
      batch: items.count, rows: items.itemShape[0], columns: columns, rowCounts: lengths?.rows,
      columnCounts: lengths?.columns)
    try validate(costCount: batch &* rows &* columns)
  }
}
