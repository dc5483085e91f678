#if canImport(_Differentiation)
  public import CombinatorialSolvers
  internal import _Differentiation

  extension TransportOnLine {
    /// The cost of the optimal plan as a differentiable function of positions and masses.
    ///
    ///     dz*/dsources[i] = sum over j of plan[i, j] d|x - y|^p/dx        dz*/dsupply = u
    ///     dz*/dtargets[j] = sum over i of plan[i, j] d|x - y|^p/dy        dz*/ddemand = v
    ///
    /// With power 1 a source on its target gets 0. By the masses it holds as for ``/CombinatorialSolvers/Transport``:
    /// along changes that keep the totals equal, in the gauge supply . u = demand . v.
    ///
    /// - Parameters:
    ///   - sources: `[rows]`: positions of the supply.
    ///   - targets: `[columns]`: positions of the demand.
    ///   - supply: `[rows]`.
    ///   - demand: `[columns]`.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    /// - Complexity: O(n log n): no matrix of costs exists.
    @differentiable(reverse,wrt: (sources, targets, supply, demand))
    public func optimalValue<Scalar: DifferentiableCost>(
      sources: [Scalar], targets: [Scalar], supply: [Scalar], demand: [Scalar],
      errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        sources: sources, targets: targets, supply: supply, demand: demand, batch: 1, errors: errors
      )[0]
    }

    /// The costs of the optimal plans of a batch as a differentiable function of positions and masses.
    ///
    /// - Parameters:
    ///   - sources: `[batch, rows]`.
    ///   - targets: `[batch, columns]`.
    ///   - supply: `[batch, rows]`.
    ///   - demand: `[batch, columns]`.
    ///   - batch: The number of problems.
    ///   - rowCounts: Sources in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - columnCounts: Targets in use, for each problem; nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (sources, targets, supply, demand))
    public func optimalValues<Scalar: DifferentiableCost>(
      sources: [Scalar], targets: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int,
      rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: [sources, targets, supply, demand], count: batch) {
        inputs throws(CombinatorialError) in
        let (values, gradient) = try valuesAndGradient(
          sources: inputs[0], targets: inputs[1], supply: inputs[2], demand: inputs[3],
          batch: batch, rowCounts: rowCounts, columnCounts: columnCounts)
        return SolvedBatch(values: values, gradient)
      }
    }
  }
#endif
