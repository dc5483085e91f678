#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension Transport {
    /// The cost of the optimal plan as a differentiable function of costs, masses and the prices of an imbalance,
    /// in place of ``/CombinatorialSolvers/Transport/imbalance``.
    ///
    /// - Parameters:
    ///   - costs: `[supply.count, demand.count]`, row by row.
    ///   - supply: What each row has.
    ///   - demand: What each column wants.
    ///   - surplusCost: Of a unit of supply that stays; the derivative is what stays.
    ///   - shortageCost: Of a unit of demand that is not met; likewise.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, supply, demand, surplusCost, shortageCost))
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], supply: [Scalar], demand: [Scalar], surplusCost: Scalar,
      shortageCost: Scalar, errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs, supply: supply, demand: demand, surplusCosts: [surplusCost],
        shortageCosts: [shortageCost], batch: 1, rows: withoutDerivative(at: supply.count),
        columns: withoutDerivative(at: demand.count), errors: errors)[0]
    }

    /// The costs of the optimal plans of a batch as a differentiable function of costs, masses and prices.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - supply: `[batch, rows]`.
    ///   - demand: `[batch, columns]`.
    ///   - surplusCosts: `[batch]`: of a unit of supply that stays.
    ///   - shortageCosts: `[batch]`: of a unit of demand that is not met.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, supply, demand, surplusCosts, shortageCosts))
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], supply: [Scalar], demand: [Scalar], surplusCosts: [Scalar],
      shortageCosts: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      return errors.values(
        of: [costs, supply, demand, surplusCosts, shortageCosts], count: batch
      ) { inputs throws(CombinatorialError) in
        let (surplusCosts, shortageCosts) = (inputs[3], inputs[4])
        guard surplusCosts.count == batch, shortageCosts.count == batch else {
          throw .shapeMismatch(
            expected: "\(batch) surplus costs and as many shortage costs",
            found: "\(surplusCosts.count) and \(shortageCosts.count)")
        }
        let prices = zip(surplusCosts, shortageCosts).map {
          ImbalancePrices(surplus: Double($0), shortage: Double($1))
        }
        let plans = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(
            costs, supply: inputs[1], demand: inputs[2], shape: shape, prices: prices)
        }
        return SolvedBatch(values: plans.values) { weights in
          let left = plans.imbalances
          return plans.gradients(weights, count: inputs[0].count)
            + [left.surplus, left.shortage].map { .weighted($0, by: weights) }
        }
      }
    }
  }
#endif
