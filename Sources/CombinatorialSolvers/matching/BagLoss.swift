public import CombinatorialKernels

/// The cost of the best matching of a bag's pictures to its labels, which came in unknown order, and its gradient,
/// over arrays alone.
///
///     C[j][k] = -log softmax(logits[j])[labels[k]]        z* = min over permutations of sum_j C[j][s(j)]
///     dz*/dlogits[j] = softmax(logits[j]) - onehot(labels[s*(j)])
///
/// The logits are read once, and where the caches do not hold a gradient once more for it; no table of probabilities
/// or costs of the batch exists. Bags of one are cross-entropy.
///
/// Algorithm 2 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear Programs".
///
/// - Parameters:
///   - logits: `[pictures, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bags: Where the pictures of each bag lie.
///   - weights: `[bags]`: the derivative of the whole loss by each bag's; nil: all 1.
///   - maxThreads: The most threads to use; nil: as many as the task may.
///   - gradient: `[pictures, classes]`, the caller's memory: that of the weighted sum of the values, 0 in
///     the padding.
/// - Returns: z* of each bag.
/// - Throws: ``CombinatorialError`` of the first bag that has one.
/// - Complexity: O(bags size (classes + size^2)).
public func bagLoss<Scalar: CostScalar>(
  logits: UnsafeBufferPointer<Scalar>, labels: [Int32], bags: BagShape, weights: [Scalar]? = nil,
  maxThreads: Int? = nil, into gradient: UnsafeMutableBufferPointer<Scalar>
) throws(CombinatorialError) -> [Double] {
  guard gradient.count == logits.count, weights.map({ $0.count == bags.count }) ?? true else {
    throw .shapeMismatch(
      expected: "\(bags.count) weights and room for \(logits.count) derivatives",
      found: "\(weights?.count ?? bags.count) and \(gradient.count)")
  }
  let matching = try matchBags(
    logits: logits, labels: labels, bags: bags, keeping: gradient, maxThreads: maxThreads)
  matching.gradient(
    logits, weights: weights ?? .init(repeating: 1, count: bags.count), holdsExponentials: true,
    maxThreads: maxThreads, into: gradient)
  return matching.values
}

/// The bag loss and the gradient of its sum: see the form with the gradient in the caller's memory.
///
/// - Parameters:
///   - logits: `[pictures, classes]`.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bagSizes: Pictures in each bag; the bags lie one behind the other.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Returns: z* of each bag, and `[pictures, classes]`.
/// - Throws: ``CombinatorialError`` of the first bag that has one.
public func bagLoss<Scalar: CostScalar>(
  logits: [Scalar], labels: [Int32], bagSizes: [Int], maxThreads: Int? = nil
) throws(CombinatorialError) -> (values: [Double], gradient: [Scalar]) {
  var gradient = [Scalar](repeating: 0, count: logits.count)
  let values = try logits.withUnsafeBufferPointer { logits throws(CombinatorialError) in
    try gradient.withSharedOutput { gradient throws(CombinatorialError) in
      try bagLoss(
        logits: logits, labels: labels, bags: BagShape(sizes: bagSizes), maxThreads: maxThreads,
        into: UnsafeMutableBufferPointer(start: gradient.base, count: logits.count))
    }
  }
  return (values, gradient)
}

/// The best matching of each bag's pictures to its labels: what the bag loss minimizes.
///
/// - Parameters:
///   - logits: `[pictures, classes]`.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bags: Where the pictures of each bag lie.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Throws: ``CombinatorialError`` of the first bag that has one.
public func matchBags<Scalar: CostScalar>(
  logits: UnsafeBufferPointer<Scalar>, labels: [Int32], bags: BagShape, maxThreads: Int? = nil
) throws(CombinatorialError) -> BagMatching {
  try matchBags(
    logits: logits, labels: labels, bags: bags, keeping: nil, maxThreads: maxThreads)
}

/// The matching, with the exponentials of the logits in the memory of the gradient where the caches hold that.
///
/// - Parameter gradient: `[pictures, classes]`, for ``BagMatching/gradient(_:weights:holdsExponentials:instructionSet:maxThreads:into:)``.
package func matchBags<Scalar: CostScalar>(
  logits: UnsafeBufferPointer<Scalar>, labels: [Int32], bags: BagShape,
  keeping gradient: UnsafeMutableBufferPointer<Scalar>?, maxThreads: Int? = nil
) throws(CombinatorialError) -> BagMatching {
  let classes = try bags.validate(logitCount: logits.count, labels: labels)
  var matching = BagMatching(bags)
  try matching.match(
    Rows(logits, count: bags.pictureCount, columns: classes), labels: labels,
    keeping: Rows<Scalar>.fitCaches(scalarCount: logits.count) ? gradient : nil,
    maxThreads: maxThreads)
  return matching
}

/// The best matching of each bag's pictures to its labels.
///
/// - Parameters:
///   - logits: `[pictures, classes]`.
///   - labels: `[pictures]`: the classes, in any order within a bag.
///   - bagSizes: Pictures in each bag; the bags lie one behind the other.
///   - maxThreads: The most threads to use; nil: as many as the task may.
/// - Throws: ``CombinatorialError`` of the first bag that has one.
public func matchBags<Scalar: CostScalar>(
  logits: [Scalar], labels: [Int32], bagSizes: [Int], maxThreads: Int? = nil
) throws(CombinatorialError) -> BagMatching {
  try logits.withUnsafeBufferPointer { logits throws(CombinatorialError) in
    try matchBags(
      logits: logits, labels: labels, bags: BagShape(sizes: bagSizes), maxThreads: maxThreads)
  }
}
