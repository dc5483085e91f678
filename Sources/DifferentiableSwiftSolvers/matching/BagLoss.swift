#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  /// The cost of the best matching of each bag's pictures to its labels, which came in unknown order, as a
  /// differentiable function of the logits.
  ///
  ///     C[j][k] = -log softmax(logits[j])[labels[k]]        z* = min over permutations of sum_j C[j][s(j)]
  ///     dz*/dlogits[j] = softmax(logits[j]) - onehot(labels[s*(j)])
  ///
  /// The logits are read once forwards and once backwards, and no table of probabilities or costs of the batch
  /// exists. Bags of one are cross-entropy.
  ///
  /// - Parameters:
  ///   - logits: `[pictures, classes]`, bag after bag. -infinity is a probability of 0; NaN and +infinity are
  ///     refused.
  ///   - labels: `[pictures]`: the classes, in any order within a bag.
  ///   - bagSizes: Pictures in each bag.
  ///   - errors: Takes the error of the first bag that has one; all values are then NaN.
  /// - Returns: z* of each bag.
  /// - Complexity: O(bags size (classes + size^2)).
  @differentiable(reverse,wrt: logits)
  public func bagLoss<Scalar: DifferentiableCost>(
    logits: [Scalar], labels: [Int32], bagSizes: [Int], errors: SolverErrors
  ) -> [Scalar] {
    bagLoss(logits: logits, labels: labels, bags: BagShape(sizes: bagSizes), errors: errors)
  }

  /// The bag loss of bags of any shape, padded ones among them: see ``bagLoss(logits:labels:bagSizes:errors:)``.
  ///
  /// - Parameters:
  ///   - logits: `[pictures, classes]`; padding is never read, and its gradient is 0.
  ///   - labels: `[pictures]`: the classes, in any order within a bag.
  ///   - bags: Where the pictures of each bag lie.
  ///   - maxThreads: The most threads to use; nil: as many as the task may.
  ///   - errors: Takes the error of the first bag that has one; all values are then NaN.
  /// - Returns: z* of each bag.
  @differentiable(reverse,wrt: logits)
  public func bagLoss<Scalar: DifferentiableCost>(
    logits: [Scalar], labels: [Int32], bags: BagShape, maxThreads: Int? = nil, errors: SolverErrors
  ) -> [Scalar] {
    errors.values(of: [logits], count: bags.count) { inputs throws(CombinatorialError) in
      let logits = inputs[0]
      let matching = try logits.withUnsafeBufferPointer { logits throws(CombinatorialError) in
        try matchBags(logits: logits, labels: labels, bags: bags, maxThreads: maxThreads)
      }
      return SolvedBatch(values: matching.values) { weights in
        let gradient = [Scalar].filled(logits.count) { gradient in
          logits.withUnsafeBufferPointer {
            matching.gradient($0, weights: weights, maxThreads: maxThreads, into: gradient)
          }
        }
        return [gradient]
      }
    }
  }
#endif
