#if canImport(_Differentiation)
  public import CombinatorialSolvers
  internal import _Differentiation

  extension MatrixProblem {
    /// The optimal value as a differentiable function of the costs; the smoothed value of a smoothed problem.
    ///
    ///     dz*/dcosts = u*, the solution
    ///
    /// - Parameters:
    ///   - costs: The cost matrix `[rows, columns]`, row by row; of a problem with channels
    ///     `[channels, rows, columns]`.
    ///   - rows: The number of rows; 0 gives value 0.
    ///   - columns: The number of columns.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    /// - Complexity: That of the solver, which runs once; its pullback solves nothing.
    @differentiable(reverse,wrt: costs)
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], rows: Int, columns: Int, errors: SolverErrors
    ) -> Scalar {
      optimalValues(costs, batch: 1, rows: rows, columns: columns, errors: errors)[0]
    }

    /// The optimal values of a batch as a differentiable function of the costs.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    /// - Complexity: That of the solver, which runs once for the batch, on several threads.
    @differentiable(reverse,wrt: costs)
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      differentiableValues(
        costs,
        shape: BatchShape(
          batch: batch, channels: channels, rows: rows, columns: columns, rowCounts: rowCounts,
          columnCounts: columnCounts), errors: errors)
    }
  }
#endif
