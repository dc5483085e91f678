#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  /// The cost of the best alignment of predicted token distributions with target tokens, as a differentiable
  /// function of the logits.
  ///
  ///     C[i][k] = -log softmax(logits[i])[targets[k]]        z* = min over alignments
  ///     dz*/dlogits[i] = sum_k G[i][k] (softmax(logits[i]) - onehot(targets[k])),  G = dz*/dC
  ///
  /// - Parameters:
  ///   - logits: `[batch, rows, classes]`. -infinity is a probability of 0; NaN and +infinity are refused.
  ///   - classes: How many tokens there are.
  ///   - targets: `[batch, columns]`: tokens, `0 ..< classes`.
  ///   - shape: The batch, predicted by target positions; logits and targets of the padding are never read, and
  ///     have gradient 0.
  ///   - alignment: The rule, an ``/CombinatorialSolvers/Alignment`` or a ``/CombinatorialSolvers/SoftAlignment``.
  ///   - errors: Takes the error of the first sequence that has one; all values are then NaN.
  /// - Returns: `[batch]`: z* of each sequence.
  /// - Complexity: O(batch rows (classes + columns)).
  @differentiable(reverse,wrt: logits)
  public func alignmentLoss<Scalar: DifferentiableCost, Problem: AlignmentProblem>(
    logits: [Scalar], classes: Int, targets: [Int32], shape: BatchShape,
    alignment: Problem = Alignment(), errors: SolverErrors
  ) -> [Scalar] {
    errors.values(of: [logits], count: shape.batch) { inputs throws(CombinatorialError) in
      let logits = inputs[0]
      let (tokens, solutions) = try logits.withUnsafeBufferPointer {
        logits throws(CombinatorialError) -> (TokenCosts<Scalar>, Problem.Solutions) in
        let tokens = try TokenCosts(
          logits, classes: classes, targets: targets, shape: shape,
          maxThreads: alignment.maxThreads)
        return (tokens, try tokens.solve(alignment, logits: logits))
      }
      return SolvedBatch(values: solutions.values) { weights in
        let gradient = [Scalar].filled(logits.count) { gradient in
          logits.withUnsafeBufferPointer {
            tokens.gradient(of: solutions, logits: $0, weights: weights, into: gradient)
          }
        }
        return [gradient]
      }
    }
  }
#endif
