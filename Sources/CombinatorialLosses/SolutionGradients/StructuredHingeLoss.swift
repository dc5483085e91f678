extension PrimalProblem {
  /// The structured hinge loss with the Hamming distance as its margin.
  ///
  ///     loss = max over u of  c.u_target - c.u + margin |u - u_target|_1
  ///     dloss/dc = u_target - u',   u' the maximizer
  ///
  /// For solutions of zeros and ones. The loss is at least 0, convex in the costs, and 0 if and only if
  /// the target is cheaper than every other solution by the margin for each entry in which they differ. A
  /// wrong row of an assignment is two entries. Value and subgradient are exact.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - target: A feasible solution of zeros and ones in the shape of the costs; no gradient flows to it.
  ///   - margin: Greater than 0, in the unit of the costs.
  /// - Returns: `[]` or `[batch]`; see ``structuredPerceptronLoss(_:target:)`` for objectives with a
  ///   constant.
  /// - Throws: ``SolutionGradientError/notPositive(parameter:value:)``; what
  ///   ``structuredPerceptronLoss(_:target:)`` throws.
  /// - Complexity: One run of the solver forward, at costs that may be negative, none backward.
  ///
  /// B. Taskar, C. Guestrin, D. Koller, Max-margin Markov networks, NIPS 2003. I. Tsochantaridis,
  /// T. Joachims, T. Hofmann, Y. Altun, Large margin methods for structured and interdependent output
  /// variables, JMLR 6 (2005), with margin rescaling.
  public func structuredHingeLoss(
    _ costs: Tensor, target: Tensor, margin: Float = 1
  ) throws -> Tensor {
    let margin = try SolutionGradientError.check(positive: margin, "margin")
    // |u - t|_1 = sum of (1 - 2t)(u - t) for zeros and ones.
    let augmentation = (1 - target.detached * 2) * margin
    return try structuredHingeLoss(costs, target: target, augmentation: augmentation)
  }

  /// The structured hinge loss with a margin of your own that is linear in the solution.
  ///
  ///     loss = max over u of  c.u_target - c.u + m.(u - u_target)
  ///     dloss/dc = u_target - u',   u' the maximizer
  ///
  /// It is the perceptron's loss at the costs c - m: an entry of m says how dear a mistake it is to use
  /// that entry of the solution.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - target: A feasible solution in the shape of the costs; no gradient flows to it.
  ///   - augmentation: m, finite, in the shape of the costs; no gradient flows to it.
  /// - Returns: `[]` or `[batch]`.
  /// - Throws: ``SolutionGradientError/notFinite(quantity:batch:position:value:)``; what
  ///   ``structuredPerceptronLoss(_:target:)`` throws.
  /// - Complexity: One run of the solver forward, at costs that may be negative, none backward.
  public func structuredHingeLoss(
    _ costs: Tensor, target: Tensor, augmentation: Tensor
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    try items.checkShape(target, "a target")
    try items.checkShape(augmentation, "a cost augmentation")
    try items.checkFinite(augmentation, "the cost augmentation")
    return try structuredPerceptronLoss(costs - augmentation.detached, target: target)
  }
}
