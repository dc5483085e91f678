#if canImport(_Differentiation)
  public import CombinatorialSolvers
  internal import _Differentiation

  extension ListProblem {
    /// The optimal value as a differentiable function of the costs.
    ///
    ///     dz*/dcosts = u*, the solution
    ///
    /// - Parameters:
    ///   - costs: One for each arc, edge, entry or element; of ``/CombinatorialSolvers/MaximumFlow`` the capacities.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    /// - Complexity: That of the solver, which runs once; its pullback solves nothing.
    @differentiable(reverse,wrt: costs)
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], errors: SolverErrors
    ) -> Scalar {
      optimalValues(costs, batch: 1, errors: errors)[0]
    }

    /// The optimal values of a batch as a differentiable function of the costs.
    ///
    /// - Parameters:
    ///   - costs: `[batch, costs of one problem]`.
    ///   - batch: The number of problems.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    /// - Complexity: That of the solver, which runs once for the batch, on several threads.
    @differentiable(reverse,wrt: costs)
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, errors: SolverErrors
    ) -> [Scalar] {
      // The solver refuses costs that cannot be cut into as many problems, as they do not fill the shape.
      let size = batch > 0 ? withoutDerivative(at: costs.count) / batch : 0
      return differentiableValues(
        costs, shape: BatchShape(batch: batch, rows: 1, columns: size), errors: errors)
    }
  }
#endif
