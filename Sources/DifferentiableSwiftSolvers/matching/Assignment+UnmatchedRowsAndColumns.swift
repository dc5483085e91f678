#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension Assignment {
    /// The optimal value as a differentiable function of the costs and of what each row and each column costs
    /// unmatched.
    ///
    /// - Parameters:
    ///   - costs: `[rows, columns]`, row by row.
    ///   - rows: The number of rows.
    ///   - columns: The number of columns.
    ///   - unmatchedRowCosts: `[rows]`; the derivative is 1 where a row is unmatched, else 0.
    ///   - unmatchedColumnCosts: `[columns]`; the same for columns.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, unmatchedRowCosts, unmatchedColumnCosts))
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], rows: Int, columns: Int, unmatchedRowCosts: [Scalar],
      unmatchedColumnCosts: [Scalar], errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs, batch: 1, rows: rows, columns: columns, unmatchedRowCosts: unmatchedRowCosts,
        unmatchedColumnCosts: unmatchedColumnCosts, errors: errors)[0]
    }

    /// The optimal values of a batch as a differentiable function of costs and prices.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    ///   - unmatchedRowCosts: `[batch, rows]`; padding is never read.
    ///   - unmatchedColumnCosts: `[batch, columns]`.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, unmatchedRowCosts, unmatchedColumnCosts))
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, unmatchedRowCosts: [Scalar], unmatchedColumnCosts: [Scalar],
      errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      return errors.values(of: [costs, unmatchedRowCosts, unmatchedColumnCosts], count: batch) {
        inputs throws(CombinatorialError) in
        let solutions = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(
            costs, shape: shape, unmatchedRowCosts: inputs[1].map { Double($0) },
            unmatchedColumnCosts: inputs[2].map { Double($0) })
        }
        return SolvedBatch(values: solutions.values) {
          [
            solutions.gradient($0, count: inputs[0].count),
            .weighted(solutions.unmatchedRowGradient, by: $0),
            .weighted(solutions.unmatchedColumnGradient, by: $0),
          ]
        }
      }
    }
  }
#endif
