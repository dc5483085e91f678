internal import CCombinatorialKernels
public import CombinatorialKernels

/// The cost of the best alignment of predicted token distributions with target tokens, and its gradient by the
/// logits, over arrays alone.
///
///     C[i][k] = -log softmax(logits[i])[targets[k]]        z* = min over alignments, see ``Alignment``
///     dz*/dlogits[i] = sum_k G[i][k] (softmax(logits[i]) - onehot(targets[k])),  G = dz*/dC
///
/// - Parameters:
///   - logits: `[batch, rows, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
///   - classes: How many tokens there are.
///   - targets: `[batch, columns]`: tokens, `0 ..< classes`.
///   - shape: The batch, predicted by target positions; logits and targets of the padding are never read.
///   - alignment: The rule, an ``Alignment`` or a ``SoftAlignment``.
///   - weights: `[batch]`: the derivative of the whole loss by each value; nil: all 1.
///   - gradient: `[batch, rows, classes]`, the caller's memory: that of the weighted sum of the values, 0 in the
///     padding.
/// - Returns: `[batch]`: z* of each problem.
/// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
/// - Complexity: O(batch rows (classes + columns)).
public func alignmentLoss<Scalar: CostScalar>(
  logits: UnsafeBufferPointer<Scalar>, classes: Int, targets: [Int32], shape: BatchShape,
  alignment: some AlignmentProblem = Alignment(), weights: [Scalar]? = nil,
  into gradient: UnsafeMutableBufferPointer<Scalar>
) throws(CombinatorialError) -> [Double] {
  let tokens = try TokenCosts(
    logits, classes: classes, targets: targets, shape: shape, maxThreads: alignment.maxThreads)
  let weights = weights ?? .init(repeating: 1, count: shape.batch)
  guard weights.count == shape.batch, gradient.count == logits.count else {
    throw .shapeMismatch(
      expected: "\(shape.batch) weights and room for \(logits.count) derivatives",
      found: "\(weights.count) and \(gradient.count)")
  }
  let solutions = try tokens.solve(alignment, logits: logits)
  tokens.gradient(of: solutions, logits: logits, weights: weights, into: gradient)
  return solutions.values
}

/// The alignment losses of a batch and the gradient of their sum: see the form with the gradient in the caller's
/// memory.
///
/// - Returns: z* of each problem, and `[batch, rows, classes]`.
/// - Throws: ``CombinatorialError``.
public func alignmentLoss<Scalar: CostScalar>(
  logits: [Scalar], classes: Int, targets: [Int32], shape: BatchShape,
  alignment: some AlignmentProblem = Alignment()
) throws(CombinatorialError) -> (values: [Double], gradient: [Scalar]) {
  var gradient = [Scalar](repeating: 0, count: logits.count)
  let values = try logits.withUnsafeBufferPointer { logits throws(CombinatorialError) in
    try gradient.withSharedOutput { gradient throws(CombinatorialError) in
      try alignmentLoss(
        logits: logits, classes: classes, targets: targets, shape: shape, alignment: alignment,
        into: UnsafeMutableBufferPointer(start: gradient.base, count: logits.count))
    }
  }
  return (values, gradient)
}

/// Logits `[batch, rows, classes]` beside target tokens `[batch, columns]`, which have been checked, as the
/// costs of an alignment:
///
///     C[i][k] = -log softmax(logits[i])[targets[k]] = logSumExp[i] - logits[i][targets[k]]
///
/// They are read from the logits' own rows: no table of probabilities and no matrix of costs exists.
package struct TokenCosts<Scalar: CostScalar>: Sendable {
  package let shape: BatchShape
  let classes: Int
  let targets: [Int32]
  /// `[batch, rows]`: the log-sum-exps of the rows in use, 0 in the padding.
  private let logSumExp: [Double]
  /// Logits less their rows' shifts; nil: none is so large that it must be.
  private let shifted: [Scalar]?
  private let maxThreads: Int?

  /// - Parameters:
  ///   - logits: `[batch, rows, classes]`, to be given again with each call.
  ///   - targets: `[batch, columns]`.
  ///   - shape: That of the costs.
  package init(
    _ logits: UnsafeBufferPointer<Scalar>, classes: Int, targets: [Int32], shape: BatchShape,
    maxThreads: Int?
  ) throws(CombinatorialError) {
    let (batch, rows, columns) = (shape.batch, shape.rows, shape.columns)
    try shape.validate(costCount: batch &* rows &* columns)
    try BatchShape(batch: batch, rows: rows, columns: classes).validate(costCount: logits.count)
    guard targets.count == batch * columns else {
      throw .shapeMismatch(
        expected: "\(columns) targets for each of \(batch) sequences", found: "\(targets.count)")
    }
    try shape.check(targets: targets, classes: classes)
    (self.shape, self.classes, self.targets) = (shape, classes, targets)
    self.maxThreads = maxThreads
    let sums = shape.logSumExp(logits, classes: classes, maxThreads: maxThreads)
    if let row = sums.firstIndex(where: { !$0.isFinite }) {
      throw CombinatorialError(
        invalidLogitOf: row, in: Rows(logits, count: batch * rows, columns: classes),
        rowsPerItem: rows)
    }
    guard let shifts: [Scalar] = LogitShift.shifts(sums) else {
      (logSumExp, shifted) = (sums, nil)
      return
    }
    let shifted = logits.indices.map { logits[$0] - shifts[$0 / classes] }
    logSumExp = shifted.withUnsafeBufferPointer {
      shape.logSumExp($0, classes: classes, maxThreads: maxThreads)
    }
    self.shifted = shifted
  }

  /// The solutions, whose gradients are those by the costs; no certificate: there is no matrix of costs.
  package func solve<Problem: AlignmentProblem>(
    _ problem: Problem, logits: UnsafeBufferPointer<Scalar>
  ) throws(CombinatorialError) -> Problem.Solutions {
    try withLogits(logits) { logits throws(CombinatorialError) in
      try targets.withSharedInput { labels throws(CombinatorialError) in
        try logSumExp.withSharedInput { logSumExp throws(CombinatorialError) in
          var input = AlignmentInput(logits, rowStride: classes, shape: shape)
          (input.labels, input.logSumExp) = (labels, logSumExp)
          return try input.withPrices(of: problem.alignment, given: nil) {
            input throws(CombinatorialError) in try problem.solve(input)
          }
        }
      }
    }
  }

  private func withLogits<Output, Failure: Error>(
    _ logits: UnsafeBufferPointer<Scalar>,
    _ body: (UnsafeBufferPointer<Scalar>) throws(Failure) -> Output
  ) throws(Failure) -> Output {
    guard let shifted else { return try body(logits) }
    return try shifted.withUnsafeBufferPointer(body)
  }

  /// The gradient of a weighted sum of values by the logits: with G = dvalue/dC, row by row
  /// sum_k G[k] (softmax(x) - onehot(targets[k])), 0 in the padding.
  ///
  /// - Parameters:
  ///   - solutions: Those of these costs.
  ///   - logits: `[batch, rows, classes]`.
  ///   - weights: `[batch]`: the derivative of the loss by each value.
  ///   - gradient: `[batch, rows, classes]`.
  @_specialize(where Scalar == Float, Solutions == AlignmentBatch)
  @_specialize(where Scalar == Float, Solutions == SoftAlignmentBatch)
  package func gradient<Solutions: SolutionBatch>(
    of solutions: Solutions, logits: UnsafeBufferPointer<Scalar>, weights: [Scalar],
    into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    let kernels = RowKernels<Scalar>()
    let output = SharedOutput(gradient.baseAddress)
    withLogits(logits) { logits in
      let rows = Rows(logits, count: shape.batch * shape.rows, columns: classes)
      Parallel.forEachSlice(
        of: shape.batch, minimumSlice: max(1, 16384 / max(1, shape.rows * classes)),
        maxThreads: maxThreads
      ) { items in
        for item in items {
          let used = shape.rowRange(item)
          let sums = RowSums(of: solutions, item: item, targets: targets, weight: weights[item])
          kernels.crossEntropyGradient(
            rows, firstRow: used.lowerBound, labels: sums.labels,
            logSumExp: Array(logSumExp[used]), weights: sums.totals,
            into: UnsafeMutableBufferPointer(start: output.base, count: rows.count * classes))
          for change in sums.changes {
            output.from((used.lowerBound + change.row) * classes + change.label)?.pointee -=
              change.amount
          }
          output.from(used.upperBound * classes)?.update(
            repeating: 0, count: (shape.rows - used.count) * classes)
        }
      }
    }
  }
}

/// Weighted targets of each row, as one label with the whole weight and corrections to it.
private struct RowSums<Scalar: CostScalar> {
  var totals: [Scalar]
  var labels: [Int32]
  var changes: [(row: Int, label: Int, amount: Scalar)] = []

  init(of solutions: some SolutionBatch, item: Int, targets: [Int32], weight: Scalar) {
    let shape = solutions.shape
    totals = .init(repeating: 0, count: shape.rowCount(item))
    labels = .init(repeating: -1, count: shape.rowCount(item))
    solutions.forEachGradientEntry(of: item) { position, entry in
      let (row, column) = position.quotientAndRemainder(dividingBy: shape.columns)
      let (label, amount) = (targets[item * shape.columns + column], Scalar(entry) * weight)
      totals[row] += amount
      if labels[row] < 0 { labels[row] = label }
      if labels[row] != label {
        changes.append((row, Int(label), amount))
        changes.append((row, Int(labels[row]), -amount))
      }
    }
    for row in labels.indices where labels[row] < 0 { labels[row] = 0 }
  }
}

extension BatchShape {
  /// Refuses a token in use that is no class.
  package func check(targets: [Int32], classes: Int) throws(CombinatorialError) {
    for item in 0..<batch {
      for (position, label) in targets[columnRange(item)].enumerated()
      where !(0..<classes).contains(Int(label)) {
        throw CombinatorialError(
          .labelOutOfRange(position: position, label: Int(label), classes: classes), item: item)
      }
    }
  }

  /// The log-sum-exps of the rows in use, 0 in the padding.
  fileprivate func logSumExp<Scalar: CostScalar>(
    _ logits: UnsafeBufferPointer<Scalar>, classes: Int, maxThreads: Int?
  ) -> [Double] {
    let kernel = InstructionSet.current.found { cl_rows_table($0, Scalar.element) }.pointee
      .log_sum_exp
    let input = SharedInput(logits.baseAddress)
    var sums = [Double](repeating: 0, count: batch * rows)
    sums.withSharedOutput { sums in
      Parallel.forEachSlice(
        of: batch, minimumSlice: max(1, 16384 / max(1, rows * classes)), maxThreads: maxThreads
      ) { items in
        for item in items {
          kernel?(
            input.from(item * rows * classes), rowCount(item), classes, classes,
            sums.from(item * rows))
        }
      }
    }
    return sums
  }
}
