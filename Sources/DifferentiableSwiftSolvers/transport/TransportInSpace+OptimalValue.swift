#if canImport(_Differentiation)
  public import CombinatorialSolvers
  internal import _Differentiation

  extension TransportInSpace {
    /// The cost of the optimal plan as a differentiable function of positions and masses.
    ///
    ///     dz*/dsources[i] = sum over j of plan[i, j] dd(x, y)/dx        dz*/dsupply = u
    ///     dz*/dtargets[j] = sum over i of plan[i, j] dd(x, y)/dy        dz*/ddemand = v
    ///
    /// A pair of points in one place gets 0. By the masses it holds as for ``/CombinatorialSolvers/Transport``: along
    /// changes that keep the totals equal, in the gauge supply . u = demand . v.
    ///
    /// - Parameters:
    ///   - sources: `[supply.count, dimensions]`: where the supply is, point by point.
    ///   - targets: `[demand.count, dimensions]`: where the demand is.
    ///   - dimensions: How many coordinates a point has; at least 1.
    ///   - supply: What each source has.
    ///   - demand: What each target wants.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (sources, targets, supply, demand))
    public func optimalValue<Scalar: DifferentiableCost>(
      sources: [Scalar], targets: [Scalar], dimensions: Int, supply: [Scalar], demand: [Scalar],
      errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        sources: sources, targets: targets, dimensions: dimensions, supply: supply, demand: demand,
        batch: 1, errors: errors)[0]
    }

    /// The costs of the optimal plans of a batch as a differentiable function of positions and masses.
    ///
    /// - Parameters:
    ///   - sources: `[batch, rows, dimensions]`.
    ///   - targets: `[batch, columns, dimensions]`.
    ///   - dimensions: How many coordinates a point has; at least 1.
    ///   - supply: `[batch, rows]`.
    ///   - demand: `[batch, columns]`.
    ///   - batch: The number of problems.
    ///   - rowCounts: Sources in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - columnCounts: Targets in use, for each problem; nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (sources, targets, supply, demand))
    public func optimalValues<Scalar: DifferentiableCost>(
      sources: [Scalar], targets: [Scalar], dimensions: Int, supply: [Scalar], demand: [Scalar],
      batch: Int, rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: [sources, targets, supply, demand], count: batch) {
        inputs throws(CombinatorialError) in
        let (values, gradient) = try valuesAndGradient(
          sources: inputs[0], targets: inputs[1], dimensions: dimensions, supply: inputs[2],
          demand: inputs[3], batch: batch, rowCounts: rowCounts, columnCounts: columnCounts)
        return SolvedBatch(values: values, gradient)
      }
    }
  }

  extension SolvedBatch {
    init(values: [Double], _ gradient: TransportPositionGradient<Scalar>) {
      let parts = [gradient.sources, gradient.targets, gradient.supply, gradient.demand]
      self.init(values: values) { weights in parts.map { .weighted($0, by: weights) } }
    }
  }
#endif
