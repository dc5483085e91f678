/// The cross-entropy of a linear layer's softmax with labels, from the layer's input: the logits
/// `[rows, classes]` never exist in full, neither forwards nor backwards.
///
///     x[i] = weight hidden[i] + bias        loss[i] = log(sum_c exp(x[i][c])) - x[i][labels[i]]
///
/// Equal to the layer and ``crossEntropy(logits:labels:)`` but for the rounding of the logits, which are
/// sums of products: a label's logit is computed once more by itself. No loss is negative. Backwards, each
/// block of logits is computed a second time.
///
/// - Parameters:
///   - hidden: `[rows, width]`.
///   - weight: `[classes, width]`, as the layer `Linear` keeps it.
///   - bias: `[classes]`, or none.
///   - labels: A class for each row.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: The loss of each row, `[rows]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``: a label outside `0 ..< classes`, a logit that is not a number, a wrong
///   shape.
/// - Complexity: O(rows classes width) time; memory for one block of logits a thread.
public func linearCrossEntropy(
  hidden: Tensor, weight: Tensor, bias: Tensor? = nil, labels: [Int32], maxThreads: Int? = nil
) throws -> Tensor {
  guard hidden.rank == 2, labels.count == hidden.shape[0] else {
    throw CombinatorialError.shapeMismatch(
      expected: "hidden states [rows, width] and as many labels as rows",
      found: "\(hidden.shape) and \(labels.count) labels")
  }
  let used = Array(0..<labels.count)
  let projection = try OutputProjection(
    hidden: hidden, used: used, weight: weight, bias: bias, maxThreads: maxThreads)
  for (row, label) in labels.enumerated() where !(0..<projection.classes).contains(Int(label)) {
    throw CombinatorialError(
      .labelOutOfRange(position: row, label: Int(label), classes: projection.classes), item: 0)
  }
  if let row = projection.logSumExp.firstIndex(where: { !$0.isFinite }) {
    throw projection.invalidLogit(row: row, batch: 0, position: row)
  }
  let losses = used.map { row in
    projection.cost(row: row, logit: projection.logit(row: row, of: Int(labels[row])))
  }
  let output = try Tensor(losses, shape: [labels.count])
  let inputs = [hidden, weight] + (bias.map { [$0] } ?? [])
  return Tensor.recorded("linearCrossEntropy", inputs: inputs, output: output) { cotangent in
    let weights = cotangent.scalars
    var gradients = try projection.gradients(weights: weights)
    for row in used {
      gradients.subtract(weights[row], row: row, label: Int(labels[row]), of: projection)
    }
    return try gradients.tensors(
      hiddenShape: [projection.rows, projection.width], used: used,
      hasBias: projection.bias != nil)
  }
}

extension OutputProjection {
  /// The logit that makes a row's log-sum-exp infinite or NaN, as
  /// ``/CombinatorialSolvers/CombinatorialError/invalidLogit(in:batch:row:rowsPerItem:)`` finds it.
  func invalidLogit(row: Int, batch: Int, position: Int) -> CombinatorialError {
    let column = (0..<classes).first { !(logit(row: row, of: $0) < .infinity) } ?? 0
    let value = classes > 0 ? Double(logit(row: row, of: column)) : -.infinity
    return CombinatorialError(
      .invalidLogit(row: position, column: column, value: value), item: batch)
  }
}
