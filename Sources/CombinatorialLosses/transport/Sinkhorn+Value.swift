extension Sinkhorn {
  /// The smoothed cost of transport as a differentiable loss of costs and masses: the gradient by the costs
  /// is the entropic plan, by the masses the potentials, in the gauge of ``Transport``.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - supply: `[rows]` or `[batch, rows]`.
  ///   - demand: `[columns]` or `[batch, columns]`.
  ///   - rowCounts: Rows in use, for each problem. The rest is padding: never read, gradient 0.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: The values, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func value(
    costs: Tensor, supply: Tensor, demand: Tensor, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) throws -> Tensor {
    try recorded("sinkhorn", costs, supply, demand, rowCounts, columnCounts)
  }

  /// The Sinkhorn divergence of two measures: the smoothed cost between them, less the mean of their own.
  /// It is 0 for equal measures, and with a distance or its square as the cost positive otherwise.
  ///
  ///     value(cross, a, b) - (value(first, a, a) + value(second, b, b)) / 2
  ///
  /// J. Feydy et al., AISTATS 2019, arXiv:1810.08278.
  ///
  /// - Parameters:
  ///   - cross: Costs between the points of both, `[m, n]` or `[batch, m, n]`.
  ///   - first: Costs among the points of the first, `[m, m]` or `[batch, m, m]`.
  ///   - second: Costs among the points of the second, `[n, n]` or `[batch, n, n]`.
  ///   - supply: a, the masses of the first.
  ///   - demand: b, the masses of the second.
  /// - Returns: The divergences, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func divergence(
    cross: Tensor, first: Tensor, second: Tensor, supply: Tensor, demand: Tensor
  ) throws -> Tensor {
    let own =
      try value(costs: first, supply: supply, demand: supply)
      + value(costs: second, supply: demand, demand: demand)
    return try value(costs: cross, supply: supply, demand: demand) - own * 0.5
  }
}
