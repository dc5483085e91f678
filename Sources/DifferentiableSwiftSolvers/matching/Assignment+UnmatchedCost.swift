#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension Assignment {
    /// The optimal value as a differentiable function of the costs and of the price of staying unmatched.
    ///
    /// - Parameters:
    ///   - costs: `[rows, columns]`, row by row.
    ///   - rows: The number of rows.
    ///   - columns: The number of columns.
    ///   - unmatchedCost: The price of each row and of each column that stays unmatched, in place of
    ///     ``/CombinatorialSolvers/Assignment/unmatchedCost``. Its derivative is their number.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, unmatchedCost))
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], rows: Int, columns: Int, unmatchedCost: Scalar, errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs, batch: 1, rows: rows, columns: columns, unmatchedCosts: [unmatchedCost],
        errors: errors)[0]
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
    ///   - unmatchedCosts: `[batch]`: the price of each problem. One for all is `Array(repeating:count:)`, which is
    ///     differentiable.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, unmatchedCosts))
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, unmatchedCosts: [Scalar], errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      return errors.values(of: [costs, unmatchedCosts], count: batch) {
        inputs throws(CombinatorialError) in
        let unmatchedCosts = inputs[1]
        guard unmatchedCosts.count == batch else {
          throw .shapeMismatch(
            expected: "\(batch) unmatched costs, one for each problem",
            found: "\(unmatchedCosts.count)")
        }
        let solutions = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(
            costs, shape: shape, columnPotentials: nil,
            unmatchedCosts: unmatchedCosts.map { Double($0) })
        }
        return SolvedBatch(values: solutions.values) {
          [
            solutions.gradient($0, count: inputs[0].count),
            .weighted(solutions.unmatchedCounts, by: $0),
          ]
        }
      }
    }
  }
#endif
