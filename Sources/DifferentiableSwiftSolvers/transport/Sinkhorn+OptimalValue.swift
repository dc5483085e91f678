#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  public import _Differentiation

  extension Sinkhorn {
    /// The smoothed cost of transport as a differentiable function of costs and masses: the gradient by the costs is
    /// the entropic plan, by the masses the potentials, in the gauge of ``/CombinatorialSolvers/Transport``.
    ///
    /// - Parameters:
    ///   - costs: `[supply.count, demand.count]`, row by row; `+infinity` forbids a pair.
    ///   - supply: What each row has.
    ///   - demand: What each column wants; the same total up to rounding.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: The smoothed value.
    @differentiable(reverse,wrt: (costs, supply, demand))
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], supply: [Scalar], demand: [Scalar], errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs, supply: supply, demand: demand, batch: 1,
        rows: withoutDerivative(at: supply.count), columns: withoutDerivative(at: demand.count),
        errors: errors)[0]
    }

    /// The smoothed costs of a batch as a differentiable function of costs and masses.
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
    /// - Returns: `[batch]`: the smoothed value of each problem.
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
        let masses = try TransportMasses(supply, demand, shape: shape)
        let solutions = try costs.withUnsafeBuffer { costs throws(CombinatorialError) in
          try solveInPlace(costs, masses: masses, shape: shape)
        }
        let (u, v) = (
          solutions.flatMap { $0.rowPotentials.padded(to: rows) },
          solutions.flatMap { $0.columnPotentials.padded(to: columns) }
        )
        return SolvedBatch(values: solutions.values) {
          (
            solutions.gradient($0, count: counts.0), .weighted(u, by: $0), .weighted(v, by: $0)
          )
        }
      }
    }
  }

  extension [Double] {
    fileprivate func padded(to count: Int) -> [Double] {
      self + [Double](repeating: 0, count: count - self.count)
    }
  }
#endif
