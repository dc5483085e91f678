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
/// Equal to ``logSoftmax(_:)``, gathering and ``Alignment/optimalValue(_:lengths:)``, but the logits are
/// read once forwards, then only at the target tokens, and once backwards; no table of probabilities and
/// no matrix of costs exists.
///
/// Section 3.2 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear Programs".
///
/// - Parameters:
///   - logits: `[predicted, classes]` for one sequence, or `[batch, predicted, classes]`. -infinity is a
///     probability of 0; NaN and +infinity are refused.
///   - targets: The tokens, sequence after sequence: `[batch * target]`.
///   - lengths: What each sequence uses; logits and targets after that are padding: never read,
///     gradient 0. nil: all.
///   - gapFactor: What a gap costs, as a multiple of the diagonal move that it stands beside.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each sequence, of shape `[]` or `[batch]`.
/// - Throws: ``CombinatorialError``.
/// - Complexity: O(batch predicted (classes + target)).
public func alignmentLoss(
  logits: Tensor, targets: [Int32], lengths: [AlignmentLengths]? = nil, gapFactor: Float = 1.5,
  maxThreads: Int? = nil
) throws -> Tensor {
  try alignmentLoss(
    logits: logits, targets: targets, lengths: lengths,
    alignment: Alignment(gapFactor: Double(gapFactor), maxThreads: maxThreads))
}

/// The cost of the best alignment by any rule: a gap factor, a gap cost, or time warping.
///
/// - Parameters:
///   - logits: `[predicted, classes]` or `[batch, predicted, classes]`.
///   - targets: The tokens, sequence after sequence.
///   - lengths: What each sequence uses; nil: all.
///   - alignment: The rule.
/// - Returns: z* of each sequence, of shape `[]` or `[batch]`.
/// - Throws: ``CombinatorialError``.
public func alignmentLoss(
  logits: Tensor, targets: [Int32], lengths: [AlignmentLengths]? = nil, alignment: Alignment
) throws -> Tensor {
  let tokens = try TargetTokens(
    logits, targets: targets, lengths: lengths, maxThreads: alignment.maxThreads)
  let output = try tokens.align(alignment)
  let rule = try alignment.checkedRule(tokens.shape)
  let values = try Tensor(output.values.map { Float($0) }, shape: tokens.items.batchShape)
  return Tensor.recorded("alignmentLoss", inputs: [logits], output: values) { cotangent in
    let gradient = try Tensor(shape: tokens.logits.shape) { gradient in
      tokens.logits.withUnsafeScalars { logits in
        TokenAlignmentKernel.gradient(
          logits, classes: tokens.classes, logSumExp: tokens.logSumExp, tokens: targets,
          cotangent: cotangent.scalars, shape: tokens.shape, into: gradient,
          maxThreads: alignment.maxThreads
        ) { tokens.shape.pairs(of: $0, output: output, rule: rule) }
      }
    }
    return [gradient]
  }
}

/// The best alignments of predicted token distributions with target sequences, without the tape: what
/// ``alignmentLoss(logits:targets:lengths:gapFactor:maxThreads:)`` minimises.
///
/// - Parameters: Those of the loss.
/// - Returns: The value and the moves of each sequence.
/// - Throws: ``CombinatorialError``.
public func alignTokens(
  logits: Tensor, targets: [Int32], lengths: [AlignmentLengths]? = nil,
  alignment: Alignment = Alignment()
) throws -> [(value: Double, moves: [AlignmentMove])] {
  let tokens = try TargetTokens(
    logits, targets: targets, lengths: lengths, maxThreads: alignment.maxThreads)
  let output = try tokens.align(alignment)
  return (0..<tokens.shape.batch).map { item in
    let moves = output.moves(of: item, shape: tokens.shape)
    return (output.values[item], moves.compactMap(AlignmentMove.init))
  }
}

/// Logits and target tokens whose shapes, lengths and labels have been checked.
///
/// The costs are differences of log-sum-exps and logits. Where logits are so large that a log-sum-exp
/// would lose in rounding what makes the difference, it is subtracted from its row first: costs and
/// gradients are those of the original logits.
struct TargetTokens: Sendable {
  private(set) var logits: Tensor
  /// The log-sum-exps of the rows in use, 0 in the padding.
  private(set) var logSumExp: [Double] = []
  let targets: [Int32]
  let items: BatchedItems
  let shape: AlignmentShape
  let classes: Int

  init(
    _ logits: Tensor, targets: [Int32], lengths: [AlignmentLengths]?, maxThreads: Int?
  ) throws {
    self.logits = logits.detached
    self.targets = targets
    items = try BatchedItems(logits, itemRank: 2, name: "logits")
    classes = items.itemShape[1]
    shape = try AlignmentShape(items, targetCount: targets.count, lengths: lengths)
    try shape.check(targets: targets, classes: classes)
    logSumExp = try computeLogSumExp(maxThreads)
    if let shifts = LogitShift.shifts(logSumExp) {
      self.logits = try LogitShift.subtracting(shifts, from: self.logits)
      logSumExp = try computeLogSumExp(maxThreads)
    }
  }

  func align(_ alignment: Alignment) throws(CombinatorialError) -> AlignmentOutput {
    try logits.withUnsafeScalars { logits throws(CombinatorialError) in
      try alignment.solve(
        logits, rowStride: classes, labels: targets, logSumExp: logSumExp, shape: shape)
    }
  }

  private func computeLogSumExp(_ maxThreads: Int?) throws(CombinatorialError) -> [Double] {
    do throws(TokenAlignmentFailure) {
      return try logits.withUnsafeScalars { logits throws(TokenAlignmentFailure) in
        try TokenAlignmentKernel.logSumExp(
          logits, classes: classes, shape: shape, maxThreads: maxThreads)
      }
    } catch {
      switch error {
      case .invalidLogits(let batch, let row):
        throw .invalidLogit(in: logits, batch: batch, row: row, rowsPerItem: shape.rows)
      }
    }
  }
}

extension AlignmentShape {
  /// The shape of a batch of predictions and as many targets.
  init(
    _ items: BatchedItems, targetCount: Int, lengths: [AlignmentLengths]?
  ) throws(CombinatorialError) {
    let columns = items.count > 0 ? targetCount / items.count : 0
    guard targetCount == items.count * columns else {
      throw .shapeMismatch(
        expected: "as many targets for each of \(items.count) sequences", found: "\(targetCount)")
    }
    self.init(batch: items.count, rows: items.itemShape[0], columns: columns, lengths: lengths)
    try validate(costCount: batch * rows * columns)
  }

  /// Refuses a token in use that is no class.
  func check(targets: [Int32], classes: Int) throws(CombinatorialError) {
    for item in 0..<batch {
      for position in 0..<columnCount(item) {
        let label = Int(targets[item * columns + position])
        guard (0..<classes).contains(label) else {
          throw CombinatorialError(.labelOutOfRange(position: position, label: label, classes: classes), item: item)
        }
      }
    }
  }
}
