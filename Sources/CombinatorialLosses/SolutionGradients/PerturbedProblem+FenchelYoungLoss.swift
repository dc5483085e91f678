extension PerturbedProblem {
  /// The Fenchel-Young loss of the perturbed problem against a target solution.
  ///
  ///     loss = c.u_target - z_sigma(c)         dloss/dc = u_target - u_sigma(c)
  ///
  /// Estimated as the mean of `(c + sigma Z).u_target - min over u of (c + sigma Z).u` over the draws, which
  /// has the same expectation and gradient and is at least 0 for each of them: the structured perceptron's
  /// loss at perturbed costs. Convex in the costs; for fixed draws the gradient is that of the estimate,
  /// exactly, and needs no gradient of a solution.
  ///
  /// For a target that is a vertex of the feasible polytope, as a combinatorial solution is, this is the
  /// whole Fenchel-Young loss: the conjugate Omega is 0 there, and 0 is approached, not reached, when the
  /// target is far cheaper than all else. For another target, such as a mean of several solutions,
  /// Omega(u_target) is a constant that is left out.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - target: A feasible solution in the shape of the costs; no gradient flows to it.
  /// - Returns: `[]` or `[batch]`; see ``PrimalProblem/structuredPerceptronLoss(_:target:)`` for objectives
  ///   with a constant.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``;
  ///   ``SolutionGradientError/notFinite(quantity:batch:position:value:)`` if the target uses a forbidden
  ///   cost; what the solver throws.
  /// - Complexity: ``samples`` runs of the solver for each problem forward, none backward.
  ///
  /// Q. Berthet et al., NeurIPS 2020, arXiv:2002.08676, section 4; M. Blondel, A. Martins, V. Niculae,
  /// Learning with Fenchel-Young losses, JMLR 21 (2020).
  public func fenchelYoungLoss(_ costs: Tensor, target: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: base.costRank, name: "costs")
    try items.check(target: target, "the target")
    let target = target.detached
    let (losses, solution) = try target.withUnsafeScalars { target in
      try mean(over: items) { sample, item in
        let range = items.range(of: item)
        let dearness = objective(
          .init(rebasing: sample.costs[range]), .init(rebasing: target[range]))
        return dearness - sample.solutions[item].value
      }
    }
    let values = try Tensor(losses.map { Float($0) }, shape: items.batchShape)
    return Tensor.recorded("fenchelYoungLoss", inputs: [costs], output: values) { cotangent in
      [try items.scaled(target - solution, by: cotangent)]
    }
  }
}
