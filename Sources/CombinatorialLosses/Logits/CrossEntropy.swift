internal import CombinatorialKernels

/// The cross-entropy of each row's softmax with its label, the loss of supervised classification.
///
///     loss[i] = log(sum_c exp(logits[i][c])) - logits[i][labels[i]]
///     dloss[i]/dlogits[i] = softmax(logits[i]) - onehot(labels[i])
///
/// For logits of any magnitude, a loss is within 3e-6 and its own rounding of the exact one, and never
/// negative; one beyond the range of a float is +infinity. No table of probabilities and no one-hot matrix
/// is made.
///
/// - Parameters:
///   - logits: `[rows, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
///   - labels: A class for each row.
/// - Returns: The loss of each row, `[rows]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``: a label outside `0 ..< classes`, a logit that is not a number, a
///   wrong shape.
/// - Complexity: O(rows classes), one read of the logits each way.
public func crossEntropy(logits: Tensor, labels: [Int32]) throws -> Tensor {
  guard logits.rank == 2, labels.count == logits.shape[0] else {
    throw CombinatorialError.shapeMismatch(
      expected: "logits [rows, classes] and as many labels as rows",
      found: "\(logits.shape) and \(labels.count) labels")
  }
  let (count, classes) = (logits.shape[0], logits.shape[1])
  if let row = RowKernels<Float>.firstInvalidLabel(labels, columns: classes) {
    throw CombinatorialError(
      .labelOutOfRange(position: row, label: Int(labels[row]), classes: classes), item: 0)
  }
  let input = logits.detached
  var logSumExp: [Double] = []
  let losses = try Tensor(shape: [count]) { losses in
    input.withUnsafeScalars { scalars in
      logSumExp = RowKernels<Float>().crossEntropy(
        Rows(scalars, count: count, columns: classes), labels: labels, into: losses)
    }
  }
  if let row = logSumExp.firstIndex(where: { !$0.isFinite }) {
    throw CombinatorialError.invalidLogit(in: input, batch: 0, row: row, rowsPerItem: count)
  }
  return Tensor.recorded("crossEntropy", inputs: [logits], output: losses) {
    [logSumExp] cotangent in
    let gradient = try Tensor(shape: input.shape) { gradient in
      input.withUnsafeScalars { scalars in
        RowKernels<Float>().crossEntropyGradient(
          Rows(scalars, count: count, columns: classes), labels: labels, logSumExp: logSumExp,
          weights: cotangent.scalars, into: gradient)
      }
    }
    return [gradient]
  }
}
