internal import CombinatorialKernels

/// The cost of the best matching of a bag's pictures to its labels, which came in unknown order.
///
///     C[j][k] = -log softmax(logits[j])[labels[k]]        z* = min over permutations of sum_j C[j][s(j)]
///     dz*/dlogits[j] = softmax(logits[j]) - onehot(labels[s*(j)])
///
/// Equal to `logSoftmax` of a tensor, gathering and ``PrimalProblem/optimalValue(_:)`` of `Assignment`, but the logits are read
/// once forwards and at most once backwards, and no table of probabilities or costs of the batch exists. What a tape
/// holds of logits of up to 16 MB is the memory of their gradient, with exponentials until that is asked for: the first
/// gradient takes it over. Bags of one are cross-entropy.
///
/// Algorithm 2 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear
/// Programs".
///
/// - Parameters:
///   - logits: `[pictures, classes]`, bag after bag, as models of pictures return them. -infinity is a probability
///     of 0, and so is a logit that lies further below its row's greatest than floats reach; NaN and
///     +infinity are refused.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bagSizes: Pictures in each bag.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each bag: `[bags]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
/// - Complexity: O(bags size (classes + size^2)).
public func bagLoss(
  logits: Tensor, labels: [Int32], bagSizes: [Int], maxThreads: Int? = nil
) throws -> Tensor {
  try Bags(logits, labels: labels, bagSizes: bagSizes).loss(of: logits, maxThreads: maxThreads)
}

/// The bag loss of bags that are padded to one size: see ``bagLoss(logits:labels:bagSizes:maxThreads:)``.
///
/// - Parameters:
///   - logits: `[batch, size, classes]`.
///   - labels: The classes, in any order within a bag, bag after bag: `[batch * size]`.
///   - lengths: Pictures in each bag of a ragged batch; the logits and labels after them are padding:
///     never read, gradient 0. nil: all.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each bag: `[batch]`.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
public func bagLoss(
  logits: Tensor, labels: [Int32], lengths: [Int]? = nil, maxThreads: Int? = nil
) throws -> Tensor {
  try Bags(logits, labels: labels, lengths: lengths).loss(of: logits, maxThreads: maxThreads)
}

/// The best matching of each bag's pictures to its labels: what the bag loss minimizes, without the tape.
///
/// - Parameters:
///   - logits: `[pictures, classes]`, bag after bag.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bagSizes: Pictures in each bag.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
public func matchBags(
  logits: Tensor, labels: [Int32], bagSizes: [Int], maxThreads: Int? = nil
) throws -> BagMatching {
  try Bags(logits, labels: labels, bagSizes: bagSizes).match(maxThreads: maxThreads)
}

/// The best matching of bags that are padded to one size.
///
/// - Parameters:
///   - logits: `[batch, size, classes]`.
///   - labels: The classes, in any order within a bag, bag after bag: `[batch * size]`.
///   - lengths: Pictures in each bag; nil: all.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
public func matchBags(
  logits: Tensor, labels: [Int32], lengths: [Int]? = nil, maxThreads: Int? = nil
) throws -> BagMatching {
  try Bags(logits, labels: labels, lengths: lengths).match(maxThreads: maxThreads)
}

/// Logits, of which it is known where each bag's lie.
struct Bags: Sendable {
  /// Off the tape.
  let logits: Tensor
  let labels: [Int32]
  let shape: BagShape

  init(_ logits: Tensor, labels: [Int32], lengths: [Int]?) throws(CombinatorialError) {
    guard logits.rank == 3 else {
      throw .shapeMismatch(
        expected: "logits [batch, size, classes], or [pictures, classes] with bagSizes",
        found: "\(logits.shape)")
    }
    self.logits = logits.detached
    self.labels = labels
    shape = BagShape(batch: logits.shape[0], size: logits.shape[1], lengths: lengths)
  }

  init(_ logits: Tensor, labels: [Int32], bagSizes: [Int]) throws(CombinatorialError) {
    guard logits.rank == 2 else {
      throw .shapeMismatch(
        expected: "logits [pictures, classes], as there are bagSizes", found: "\(logits.shape)")
    }
    let pictures = logits.shape[0]
    guard bagSizes.allSatisfy((0...pictures).contains), bagSizes.reduce(0, +) == pictures else {
      throw .shapeMismatch(
        expected: "bag sizes of at least 0 that add up to \(pictures) pictures",
        found: "\(bagSizes)")
    }
    self.logits = logits.detached
    self.labels = labels
    shape = BagShape(sizes: bagSizes)
  }

  func match(maxThreads: Int?) throws(CombinatorialError) -> BagMatching {
    try logits.withUnsafeScalars { scalars throws(CombinatorialError) in
      try matchBags(logits: scalars, labels: labels, bags: shape, maxThreads: maxThreads)
    }
  }

  /// - Parameter leaf: The logits on the tape.
  func loss(of leaf: Tensor, maxThreads: Int?) throws -> Tensor {
    let (matching, kept) = try matchAndKeep(isRecorded: leaf.isRecorded, maxThreads: maxThreads)
    let values = try Tensor(matching.values.map { Float($0) }, shape: [shape.count])
    let exponentials = Lock(kept)
    return Tensor.recorded("bagLoss", inputs: [leaf], output: values) { [logits] cotangent in
      func write(_ gradient: UnsafeMutableBufferPointer<Float>, holdsExponentials: Bool) {
        logits.withUnsafeScalars {
          matching.gradient(
            $0, weights: cotangent.scalars, holdsExponentials: holdsExponentials,
            maxThreads: maxThreads, into: gradient)
        }
      }
      guard var gradient = exponentials.withLock({ $0.take() }) else {
        return [try Tensor(shape: logits.shape) { write($0, holdsExponentials: false) }]
      }
      gradient.withUnsafeMutableScalars { write($0, holdsExponentials: true) }
      return [gradient]
    }
  }

  /// The matching, and if there may be a gradient that the caches hold, its memory with what was kept for it.
  private func matchAndKeep(
    isRecorded: Bool, maxThreads: Int?
  ) throws -> (BagMatching, Tensor?) {
    guard isRecorded, Rows<Float>.fitCaches(scalarCount: logits.count) else {
      return (try match(maxThreads: maxThreads), nil)
    }
    var kept = try Tensor(shape: logits.shape) { _ in }
    let matching = try kept.withUnsafeMutableScalars { gradient throws(CombinatorialError) in
      try logits.withUnsafeScalars { logits throws(CombinatorialError) in
        try matchBags(
          logits: logits, labels: labels, bags: shape, keeping: gradient, maxThreads: maxThreads)
      }
    }
    return (matching, kept)
  }
}
