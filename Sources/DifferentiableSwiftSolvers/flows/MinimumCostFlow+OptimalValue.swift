#if canImport(_Differentiation)
  public import CombinatorialSolvers
  internal import _Differentiation

  extension MinimumCostFlow {
    /// The cost of the cheapest flow as a differentiable function of costs, supplies and capacities.
    ///
    ///     dz*/dcosts = x        dz*/dsupplies = y        dz*/dcapacities = w <= 0
    ///
    /// The potentials y hold along changes that keep the sum of the supplies 0, and only together: any constant may
    /// be added to all of them. Here their sum is 0, so that a step along the gradient keeps the sum of the supplies.
    ///
    /// - Parameters:
    ///   - costs: `[arcs]`, of a unit of flow; `+infinity` forbids an arc.
    ///   - supplies: `[nodes]`: what leaves each node less what enters it; their sum is 0 up to rounding.
    ///   - capacities: `[arcs]`, at least 0; `+infinity` is none.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, supplies, capacities))
    public func optimalValue<Scalar: DifferentiableCost>(
      costs: [Scalar], supplies: [Scalar], capacities: [Scalar], errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs: costs, supplies: supplies, capacities: capacities, batch: 1, errors: errors)[0]
    }

    /// The same without capacities.
    ///
    /// - Parameters:
    ///   - costs: `[arcs]`, of a unit of flow; `+infinity` forbids an arc.
    ///   - supplies: `[nodes]`: what leaves each node less what enters it.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, supplies))
    public func optimalValue<Scalar: DifferentiableCost>(
      costs: [Scalar], supplies: [Scalar], errors: SolverErrors
    ) -> Scalar {
      optimalValues(costs: costs, supplies: supplies, batch: 1, errors: errors)[0]
    }

    /// The costs of the cheapest flows of a batch as a differentiable function of costs, supplies and capacities.
    ///
    /// - Parameters:
    ///   - costs: `[batch, arcs]`.
    ///   - supplies: `[batch, nodes]`.
    ///   - capacities: `[batch, arcs]`.
    ///   - batch: The number of problems.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, supplies, capacities))
    public func optimalValues<Scalar: DifferentiableCost>(
      costs: [Scalar], supplies: [Scalar], capacities: [Scalar], batch: Int, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: [costs, supplies, capacities], count: batch) {
        inputs throws(CombinatorialError) in
        let (values, gradient) = try valuesAndGradient(
          costs: inputs[0], supplies: inputs[1], capacities: inputs[2], batch: batch)
        return SolvedBatch(values: values) { weights in
          [gradient.costs, gradient.supplies, gradient.capacities].map {
            .weighted($0, by: weights)
          }
        }
      }
    }

    /// The same of a batch without capacities.
    ///
    /// - Parameters:
    ///   - costs: `[batch, arcs]`.
    ///   - supplies: `[batch, nodes]`.
    ///   - batch: The number of problems.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, supplies))
    public func optimalValues<Scalar: DifferentiableCost>(
      costs: [Scalar], supplies: [Scalar], batch: Int, errors: SolverErrors
    ) -> [Scalar] {
      errors.values(of: [costs, supplies], count: batch) { inputs throws(CombinatorialError) in
        let (values, gradient) = try valuesAndGradient(
          costs: inputs[0], supplies: inputs[1], capacities: nil, batch: batch)
        return SolvedBatch(values: values) { weights in
          [gradient.costs, gradient.supplies].map { .weighted($0, by: weights) }
        }
      }
    }
  }
#endif
