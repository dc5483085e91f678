/// Transport on the line as a loss of positions and masses.
extension TransportOnLine {
  /// The cost of the optimal plan as a differentiable loss.
  ///
  ///     dz*/dsources[i] = sum over j of plan[i, j] d|x - y|^p/dx        dz*/dsupply = u
  ///     dz*/dtargets[j] = sum over i of plan[i, j] d|x - y|^p/dy        dz*/ddemand = v
  ///
  /// By the positions it is the chain rule through the costs, whose gradient is the plan; with power 1 a
  /// source on its target gets 0. By the masses it holds as for ``Transport``: along changes that keep the
  /// totals equal, in the gauge supply . u = demand . v.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch, and gets the sum
  /// of the gradients.
  ///
  /// - Parameters:
  ///   - sources: `[rows]` or `[batch, rows]`: positions of the supply.
  ///   - targets: `[columns]` or `[batch, columns]`: positions of the demand.
  ///   - supply: `[rows]` or `[batch, rows]`.
  ///   - demand: `[columns]` or `[batch, columns]`.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  /// - Complexity: O(n log n) of each problem: no matrix of costs exists.
  public func optimalValue(
    sources: Tensor, targets: Tensor, supply: Tensor, demand: Tensor
  ) throws -> Tensor {
    try TransportedPositions(
      sources: sources, targets: targets, supply: supply, demand: demand, rank: 1
    ).optimalValue(named: "transportOnLine") { inputs, batch throws(CombinatorialError) in
      try valuesAndGradient(
        sources: inputs[0], targets: inputs[1], supply: inputs[2], demand: inputs[3], batch: batch)
    }
  }
}
