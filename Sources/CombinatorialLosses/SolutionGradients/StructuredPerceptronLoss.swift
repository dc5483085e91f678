extension PrimalProblem {
  /// The structured perceptron's loss: by how much a target is dearer than the cheapest solution.
  ///
  ///     loss = c.u_target - z*(c)        dloss/dc = u_target - u*(c)
  ///
  /// At least 0, and 0 if and only if the target is optimal, even if it is tied with others: costs of 0
  /// are a minimum too, which ``structuredHingeLoss(_:target:margin:)`` rules out. Convex in the costs;
  /// value and subgradient are exact, as they need optimal values alone.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - target: A feasible solution in the shape of the costs; no gradient flows to it.
  /// - Returns: `[]` or `[batch]`. If the problem's objective has a constant of its own besides c.u, as
  ///   an assignment with an unmatched cost has, the target's is missing from the loss; the gradient is
  ///   exact all the same.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``;
  ///   ``SolutionGradientError/notFinite(quantity:batch:position:value:)`` if the target uses a forbidden
  ///   cost; what the solver throws.
  /// - Complexity: One run of the solver forward, none backward.
  ///
  /// M. Collins, Discriminative training methods for hidden Markov models: theory and experiments with
  /// perceptron algorithms, EMNLP 2002, doi:10.3115/1118693.1118694.
  public func structuredPerceptronLoss(_ costs: Tensor, target: Tensor) throws -> Tensor {
    try objective(costs, of: target, named: "the target") - optimalValue(costs)
  }
}
