#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension AlignmentProblem {
    /// The cost of the cheapest alignment, or its smoothed cost, as a differentiable function of the costs and of
    /// the price of every gap, in place of ``/CombinatorialSolvers/Alignment/Gaps/cost(_:)``.
    ///
    /// - Parameters:
    ///   - costs: `[rows, columns]`, row by row.
    ///   - rows: The number of predicted positions.
    ///   - columns: The number of target positions.
    ///   - predictedGaps: `[rows]`: the price of skipping each predicted position. The derivative is 1 where the
    ///     path skips it, or the probability that it does.
    ///   - targetGaps: `[columns]`: the same for target positions.
    ///   - errors: Takes the error of a problem that is refused; the value is then NaN.
    /// - Returns: z*.
    @differentiable(reverse,wrt: (costs, predictedGaps, targetGaps))
    public func optimalValue<Scalar: DifferentiableCost>(
      _ costs: [Scalar], rows: Int, columns: Int, predictedGaps: [Scalar], targetGaps: [Scalar],
      errors: SolverErrors
    ) -> Scalar {
      optimalValues(
        costs, batch: 1, rows: rows, columns: columns, predictedGaps: predictedGaps,
        targetGaps: targetGaps, errors: errors)[0]
    }

    /// The values of a batch as a differentiable function of the costs and of the price of every gap.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - batch: The number of problems.
    ///   - rows: Predicted positions of every problem, padding included.
    ///   - columns: Target positions of every problem, padding included.
    ///   - rowCounts: Predicted positions in use, for each problem; nil: all.
    ///   - columnCounts: Target positions in use, for each problem; nil: all.
    ///   - predictedGaps: `[batch, rows]`.
    ///   - targetGaps: `[batch, columns]`.
    ///   - errors: Takes the error of the first problem that has one, or of a rule without a gap cost; all values
    ///     are then NaN.
    /// - Returns: `[batch]`: z* of each problem.
    @differentiable(reverse,wrt: (costs, predictedGaps, targetGaps))
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, predictedGaps: [Scalar], targetGaps: [Scalar],
      errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      return errors.values(of: [costs, predictedGaps, targetGaps], count: batch) {
        inputs throws(CombinatorialError) in
        let solutions = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(
            costs, shape: shape, gapCosts: GapCosts(predicted: inputs[1], target: inputs[2]))
        }
        return SolvedBatch(values: solutions.values) {
          solutions.gradients($0, counts: inputs.map(\.count))
        }
      }
    }
  }

  extension AlignmentSolutions {
    /// By all costs, and by the price of each gap.
    fileprivate func gradients<Scalar: DifferentiableCost>(
      _ weights: [Scalar], counts: [Int]
    ) -> [[Scalar]] {
      var (rows, columns) = ([Scalar](repeating: 0, count: counts[1]), [Scalar]())
      let costs = [Scalar].filled(counts[0]) { costs in
        columns = .filled(counts[2]) { columns in
          rows.withUnsafeMutableBufferPointer { rows in
            weights.withUnsafeBufferPointer {
              gradient(weights: $0, into: costs, predictedGaps: rows, targetGaps: columns)
            }
          }
        }
      }
      return [costs, rows, columns]
    }
  }
#endif
