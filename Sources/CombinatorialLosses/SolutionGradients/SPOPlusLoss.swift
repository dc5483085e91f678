extension PrimalProblem {
  /// The SPO+ loss of predicted costs against true ones ("smart predict, then optimize").
  ///
  ///     loss = max over u of (c - 2 c').u  + 2 c'.u*(c) - z*(c)
  ///          = 2 c'.u*(c) - z*(c) - z*(2 c' - c)
  ///     dloss/dc' = 2 (u*(c) - u*(2 c' - c))
  ///
  /// for the predicted costs c' and the true costs c. It is convex in c', 0 at c' = c, and at least the
  /// regret, the price of deciding by c' instead of c (see ``regret(_:trueCosts:trueOptimum:)``). Where the
  /// true costs are known in training it is the first loss to try. Value and subgradient are exact, as
  /// they need optimal values alone.
  ///
  /// The pairs that the true costs forbid (+infinity) are forbidden, whatever was predicted for them, and
  /// get no gradient.
  ///
  /// - Parameters:
  ///   - predictedCosts: c', for one problem, or for a batch with the batch as the first axis.
  ///   - trueCosts: c, in the same shape; no gradient flows to them.
  ///   - trueOptimum: The ``optimum(_:)`` of the true costs, if it is at hand: it is the same each epoch.
  /// - Returns: `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``;
  ///   ``SolutionGradientError/notFinite(quantity:batch:position:value:)`` if a predicted cost of the true
  ///   solution is not finite; what the solver throws.
  /// - Complexity: One run of the solver forward, at costs that may be negative, and a second one without
  ///   `trueOptimum`; none backward.
  ///
  /// A. Elmachtoub, P. Grigas, Smart "predict, then optimize", Management Science 68 (2022),
  /// doi:10.1287/mnsc.2020.3922.
  public func spoPlusLoss(
    _ predictedCosts: Tensor, trueCosts: Tensor, trueOptimum: Optimum? = nil
  ) throws -> Tensor {
    let (items, trueOptimum) = try truth(trueCosts, trueOptimum, of: predictedCosts)
    let predictedObjective = try objective(
      predictedCosts, of: trueOptimum.solution, named: "the true solution")
    // Written as z(c) + 2 (c' - c).u*(c) - z(2c' - c), which also holds if the objective has a constant
    // besides c.u.
    let trueObjectives = try items.objectives(of: trueOptimum.solution)
    let constants = zip(trueOptimum.values, trueObjectives).map { Float($0 - 2 * $1) }
    let surrogate = try optimalValue(predictedCosts * 2 + opposed(trueCosts))
    return try predictedObjective * 2 + Tensor(constants, shape: items.batchShape) - surrogate
  }

  /// -c, where forbidden costs stay forbidden.
  private func opposed(_ costs: Tensor) throws -> Tensor {
    try Tensor(shape: costs.shape) { opposed in
      costs.withUnsafeScalars { costs in
        for index in costs.indices {
          opposed[index] = costs[index] == .infinity ? .infinity : -costs[index]
        }
      }
    }
  }
}
