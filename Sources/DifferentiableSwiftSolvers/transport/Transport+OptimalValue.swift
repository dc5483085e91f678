#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  public import _Differentiation

  extension Transport {
    /// The cost of the optimal plan as a differentiable function of costs and masses.
    ///
    ///     dz*/dcosts = plan        dz*/dsupply = u        dz*/ddemand = v
    ///
    /// Unless the imbalance is priced, the gradients by the masses hold along changes that keep both totals equal,
    /// and only together: a constant may be added to u if it is taken from v. Here they are in the gauge
    /// supply . u = demand . v. A softmax in front of the masses removes the constant by itself.
    ///
    /// - Parameters:
    ///   - costs: `[supply.count, demand.count]`, row by row.
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
      derivativeOfOptimalValues(
        costs, supply: supply, demand: demand, batch: batch, rows: rows, columns: columns,
        rowCounts: rowCounts, columnCounts: columnCounts, errors: errors
      ).value
    }

    @derivative(
      of: optimalValues(_:supply:demand:batch:rows:columns:rowCounts:columnCounts:errors:),
      wrt: (costs, supply, demand)
    )
    @usableFromInline
    func derivativeOfOptimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int, rows: Int, columns: Int,
      rowCounts: [Int]?, columnCounts: [Int]?, errors: SolverErrors
    ) -> (
      value: [Scalar],
      pullback: ([Scalar].TangentVector) -> (
        [Scalar].TangentVector, [Scalar].TangentVector, [Scalar].TangentVector
      )
    ) {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      let counts = (costs.count, supply.count, demand.count)
      return errors.differentiate(
        count: batch, zeros: { (.zeros(counts.0), .zeros(counts.1), .zeros(counts.2)) }
      ) { () throws(CombinatorialError) in
        let plans = try solve(costs, supply, demand, shape: shape, prices: nil)
        return SolvedBatch(values: plans.values) { plans.gradients($0, count: counts.0) }
      }
    }

    /// The plans of a batch; prices of an imbalance that are given go before ``/CombinatorialSolvers/Transport/imbalance``.
    func solve<Scalar: DifferentiableCost>(
      _ costs: [Scalar], _ supply: [Scalar], _ demand: [Scalar], shape: BatchShape,
      prices: [ImbalancePrices]?
    ) throws(CombinatorialError) -> TransportBatch {
      let masses = try TransportMasses(supply, demand, shape: shape, tolerance: balanceTolerance)
      return try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
        try solveInPlace(costs, masses: masses, shape: shape, prices: prices)
      }
    }
  }

  extension TransportBatch {
    /// By costs, supply and demand.
    func gradients<Scalar: DifferentiableCost>(
      _ weights: [Scalar], count: Int
    ) -> ([Scalar].TangentVector, [Scalar].TangentVector, [Scalar].TangentVector) {
      (
        gradient(weights, count: count), .weighted(rowPotentials, by: weights),
        .weighted(columnPotentials, by: weights)
      )
    }
  }
#endif
