/// Transport between points as a loss of positions and masses.
extension TransportInSpace {
  /// The cost of the optimal plan as a differentiable loss.
  ///
  ///     dz*/dsources[i] = sum over j of plan[i, j] dd(x, y)/dx        dz*/dsupply = u
  ///     dz*/dtargets[j] = sum over i of plan[i, j] dd(x, y)/dy        dz*/ddemand = v
  ///
  /// By the positions it is the chain rule through the costs, whose gradient is the plan; where a distance has a
  /// kink, two points in one place, it is 0. By the masses it holds as for ``Transport``: along changes that keep
  /// the totals equal, in the gauge supply . u = demand . v.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch, and gets the sum
  /// of the gradients.
  ///
  /// - Parameters:
  ///   - sources: `[rows, dimensions]` or `[batch, rows, dimensions]`: where the supply is.
  ///   - targets: `[columns, dimensions]` or `[batch, columns, dimensions]`: where the demand is.
  ///   - supply: `[rows]` or `[batch, rows]`.
  ///   - demand: `[columns]` or `[batch, columns]`.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  /// - Complexity: That of ``Transport``: no matrix of costs exists.
  public func optimalValue(
    sources: Tensor, targets: Tensor, supply: Tensor, demand: Tensor
  ) throws -> Tensor {
    let positions = try TransportedPositions(
      sources: sources, targets: targets, supply: supply, demand: demand, rank: 2)
    let dimensions = positions.dimensions
    return try positions.optimalValue(named: "transportInSpace") {
      inputs, batch throws(CombinatorialError) in
      try valuesAndGradient(
        sources: inputs[0], targets: inputs[1], dimensions: dimensions, supply: inputs[2],
        demand: inputs[3], batch: batch)
    }
  }
}
