internal import CombinatorialKernels

/// The cost of the best matching of a bag's pictures to its labels, which came in unknown order.
///
///     C[j][k] = -log softmax(logits[j])[labels[k]]        z* = min over permutations of sum_j C[j][s(j)]
///     dz*/dlogits[j] = softmax(logits[j]) - onehot(labels[s*(j)])
///
/// Equal to ``logSoftmax(_:)``, gathering and ``Assignment/optimalValue(_:)``, but the logits are read
/// once forwards and once backwards, and no table of probabilities or costs of the batch exists. Bags of
/// one are cross-entropy.
///
/// Algorithm 2 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear
/// Programs".
///
/// - Parameters:
///   - logits: `[size, classes]` for one bag, or `[batch, size, classes]`. -infinity is a probability of
///     0, and so is a logit that lies further below its row's greatest than floats reach; NaN and
///     +infinity are refused.
///   - labels: The classes, in any order, bag after bag: `[batch * size]`.
///   - lengths: Pictures in each bag of a ragged batch; the logits and labels after them are padding:
///     never read, gradient 0. nil: all.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each bag, of shape `[]` or `[batch]`.
/// - Throws: ``CombinatorialError``.
/// - Complexity: O(batch size (classes + size^2)).
public func bagLoss(
  logits: Tensor, labels: [Int32], lengths: [Int]? = nil, maxThreads: Int? = nil
) throws -> Tensor {
  let bags = try Bags(logits, labels: labels, lengths: lengths)
  let matchings = try bags.match(maxThreads: maxThreads)
  let values = try Tensor(matchings.values.map { Float($0) }, shape: bags.items.batchShape)
  return Tensor.recorded("bagLoss", inputs: [logits], output: values) { cotangent in
    let gradient = try Tensor(shape: bags.logits.shape) { gradient in
      bags.logits.withUnsafeScalars { logits in
        BagKernel.gradient(
          logits, matchings: matchings, cotangent: cotangent.scalars, shape: bags.shape,
          into: gradient, maxThreads: maxThreads)
      }
    }
    return [gradient]
  }
}

/// How a batch of bags was matched to its labels.
public struct BagMatching: Sendable {
  /// `[batch]`: the cost of each matching.
  public let values: [Double]
  /// `[batch * size]`: the position, among the labels of its bag, that each picture is matched to; -1
  /// in the padding.
  public let columnOfRow: [Int32]
  /// `[batch * size]`: the label that each picture is matched to; 0 in the padding.
  public let labelOfRow: [Int32]
}

/// The best matching of each bag's pictures to its labels: what ``bagLoss(logits:labels:lengths:maxThreads:)``
/// minimises, without the tape.
///
/// - Parameters:
///   - logits: `[size, classes]` or `[batch, size, classes]`.
///   - labels: The classes, in any order, bag after bag.
///   - lengths: Pictures in each bag; nil: all.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Throws: ``CombinatorialError``.
public func matchBags(
  logits: Tensor, labels: [Int32], lengths: [Int]? = nil, maxThreads: Int? = nil
) throws -> BagMatching {
  let matchings = try Bags(logits, labels: labels, lengths: lengths).match(maxThreads: maxThreads)
  return BagMatching(
    values: matchings.values, columnOfRow: matchings.columnOfRow, labelOfRow: matchings.labelOfRow)
}

/// Bags whose shapes, lengths and labels have been checked.
struct Bags: Sendable {
  let logits: Tensor
  let labels: [Int32]
  let items: BatchedItems
  let shape: BagShape

  init(_ logits: Tensor, labels: [Int32], lengths: [Int]?) throws(CombinatorialError) {
    self.logits = logits.detached
    self.labels = labels
    items = try BatchedItems(logits, itemRank: 2, name: "logits")
    shape = BagShape(
      batch: items.count, size: items.itemShape[0], classes: items.itemShape[1], sizes: lengths)
    guard labels.count == shape.batch * shape.size else {
      throw .shapeMismatch(
        expected: "\(shape.batch * shape.size) labels, one for each row of the logits",
        found: "\(labels.count)")
    }
    try checkLengths(lengths)
    try checkLabels()
  }

  private func checkLengths(_ lengths: [Int]?) throws(CombinatorialError) {
    guard let lengths else { return }
    guard lengths.count == shape.batch else {
      throw .shapeMismatch(
        expected: "\(shape.batch) lengths, one for each bag", found: "\(lengths.count)")
    }
    if let bag = lengths.firstIndex(where: { !(0...shape.size).contains($0) }) {
      throw CombinatorialError(.lengthOutOfRange(length: lengths[bag], limit: shape.size), item: bag)
    }
  }

  private func checkLabels() throws(CombinatorialError) {
    for bag in 0..<shape.batch {
      for position in 0..<shape.size(of: bag) {
        let label = Int(labels[bag * shape.size + position])
        guard (0..<shape.classes).contains(label) else {
          throw CombinatorialError(.labelOutOfRange(position: position, label: label, classes: shape.classes), item: bag)
        }
      }
    }
  }

  func match(maxThreads: Int?) throws(CombinatorialError) -> BagMatchings {
    do throws(BagFailure) {
      return try logits.withUnsafeScalars { logits throws(BagFailure) in
        try BagKernel.match(logits, labels: labels, shape: shape, maxThreads: maxThreads)
      }
    } catch {
      switch error {
      case .invalidLogits(let bag, let row):
        throw .invalidLogit(in: logits, batch: bag, row: row, rowsPerItem: shape.size)
      case .infeasible(let bag):
        throw CombinatorialError(.infeasible, item: bag)
      case .tooLarge(let size):
        throw .sizeOverflow("a bag of \(size)")
      }
    }
  }
}
