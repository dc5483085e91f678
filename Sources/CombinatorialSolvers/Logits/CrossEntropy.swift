internal import CombinatorialKernels

/// The cross-entropy of each row's softmax with its label, and its gradient, over arrays alone.
///
///     loss[i] = log(sum_c exp(logits[i][c])) - logits[i][labels[i]]
///     dloss[i]/dlogits[i] = softmax(logits[i]) - onehot(labels[i])
///
/// For logits of any magnitude, a loss is within 3e-6 (of floats) and its own rounding of the exact one, and never
/// negative; one beyond the range of the type is +infinity.
///
/// - Parameters:
///   - logits: `[rows, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
///   - labels: A class for each row.
///   - weights: `[rows]`: the derivative of the whole loss by each row's; nil: all 1.
///   - gradient: `[rows, classes]`, the caller's memory: that of the weighted sum of the losses.
/// - Returns: The loss of each row.
/// - Throws: ``CombinatorialError``: a label outside `0 ..< classes`, a logit that is not a number, a wrong shape.
/// - Complexity: O(rows classes), one read of the logits each way.
public func crossEntropy<Scalar: CostScalar>(
  logits: UnsafeBufferPointer<Scalar>, labels: [Int32], weights: [Scalar]? = nil,
  into gradient: UnsafeMutableBufferPointer<Scalar>
) throws(CombinatorialError) -> [Scalar] {
  guard labels.isEmpty ? logits.isEmpty : logits.count % labels.count == 0,
    gradient.count == logits.count, weights.map({ $0.count == labels.count }) ?? true
  else {
    throw .shapeMismatch(
      expected: "logits [rows, classes], as many derivatives, and a label and weight for each row",
      found: "\(logits.count) logits, \(gradient.count) derivatives, \(labels.count) labels and "
        + "\(weights?.count ?? labels.count) weights")
  }
  let classes = labels.isEmpty ? 0 : logits.count / labels.count
  if let row = RowKernels<Scalar>.firstInvalidLabel(labels, columns: classes) {
    throw CombinatorialError(
      .labelOutOfRange(position: row, label: Int(labels[row]), classes: classes), item: 0)
  }
  let rows = Rows(logits, count: labels.count, columns: classes)
  let kernels = RowKernels<Scalar>()
  let (losses, logSumExp) = kernels.crossEntropy(rows, labels: labels)
  if let row = logSumExp.firstIndex(where: { !$0.isFinite }) {
    throw CombinatorialError(invalidLogitOf: row, in: rows)
  }
  kernels.crossEntropyGradient(
    rows, labels: labels, logSumExp: logSumExp,
    weights: weights ?? .init(repeating: 1, count: labels.count), into: gradient)
  return losses
}

/// The cross-entropy of each row's softmax with its label, and the gradient of their sum: see the form with the
/// gradient in the caller's memory.
///
/// - Parameters:
///   - logits: `[rows, classes]`.
///   - labels: A class for each row.
/// - Returns: The loss of each row, and `[rows, classes]`.
/// - Throws: ``CombinatorialError``.
public func crossEntropy<Scalar: CostScalar>(
  logits: [Scalar], labels: [Int32]
) throws(CombinatorialError) -> (losses: [Scalar], gradient: [Scalar]) {
  var gradient = [Scalar](repeating: 0, count: logits.count)
  let losses = try logits.withUnsafeBufferPointer { logits throws(CombinatorialError) in
    try gradient.withSharedOutput { gradient throws(CombinatorialError) in
      try crossEntropy(
        logits: logits, labels: labels,
        into: UnsafeMutableBufferPointer(start: gradient.base, count: logits.count))
    }
  }
  return (losses, gradient)
}

extension CombinatorialError {
  /// The logit that makes a row's log-sum-exp infinite or NaN: the first that is NaN or +infinity; if there is none,
  /// all are -infinity.
  package init<Scalar: CostScalar>(
    invalidLogitOf row: Int, in rows: Rows<Scalar>, rowsPerItem: Int? = nil
  ) {
    let logits = rows.scalars[row * rows.columns..<(row + 1) * rows.columns]
    let index = logits.firstIndex { !($0 < .infinity) } ?? logits.startIndex
    let value = logits.isEmpty ? -.infinity : Double(logits[index])
    let size = rowsPerItem ?? max(1, rows.count)
    self.init(
      .invalidLogit(row: row % size, column: index - logits.startIndex, value: value),
      item: row / size)
  }
}
