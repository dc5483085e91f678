#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension TransportProblem {
    /// The cost of the optimal plan as a differentiable function of costs and masses; of
    /// ``/CombinatorialSolvers/Sinkhorn`` the smoothed one.
    ///
    ///     dz*/dcosts = plan        dz*/dsupply = u        dz*/ddemand = v
    ///
    /// Unless the imbalance is priced, the gradients by the masses hold along changes that keep both totals equal,
    /// and only together: a constant may be added to u if it is taken from v. Here they are in the gauge
    /// supply . u = demand . v. A softmax in front of the masses removes the constant by itself.
    ///
    /// - Parameters:
    ///   - costs: `[supply.count, demand.count]`, row by row; `+infinity` forbids a pair.
    ///   - supply: What each row has.
    ///   - demand: What each column wants.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, supply, demand))
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], supply: [Scalar], demand: [Scalar], errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs, supply: supply, demand: demand, batch: 1,
        rows: withoutDerivative(at: supply.count), columns: withoutDerivative(at: demand.count),
        errors: errors)[0]
    }

    /// The costs of the optimal plans of a batch as a differentiable function of costs and masses.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - supply: `[batch, rows]`.
    ///   - demand: `[batch, columns]`.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, supply, demand))
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int, rows: Int, columns: Int,
      rowCounts: [Int]? = nil, columnCounts: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      return errors.values(of: [costs, supply, demand], count: batch) {
        inputs throws(CombinatorialError) in
        let plans = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(costs, supply: inputs[1], demand: inputs[2], shape: shape)
        }
        return SolvedBatch(values: plans.values) {
          plans.gradients($0, count: inputs[0].count)
        }
      }
    }
  }

  extension TransportSolutions {
    /// By costs, supply and demand.
    func gradients<Scalar: DifferentiableCost>(
      _ weights: [Scalar], count: Int
    ) -> [[Scalar]] {
      [
        gradient(weights, count: count), .weighted(rowPotentials, by: weights),
        .weighted(columnPotentials, by: weights),
      ]
    }
  }
#endif
