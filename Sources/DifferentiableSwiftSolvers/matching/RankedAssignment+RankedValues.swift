#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension RankedAssignment {
    /// The values of the k best assignments, each by itself, as a differentiable function of the costs.
    ///
    /// The gradient of each is the indicator of its assignment; see ``/CombinatorialSolvers/RankedAssignment`` for
    /// what that is at ties.
    ///
    /// - Parameters:
    ///   - costs: `[rows, columns]`, row by row.
    ///   - rows: The number of rows.
    ///   - columns: The number of columns.
    ///   - errors: Takes the error of a problem that is refused; all values are then NaN.
    /// - Returns: `[k]`, ascending; +infinity, with gradient 0, where there are no more.
    @differentiable(reverse,wrt: costs)
    public func rankedValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], rows: Int, columns: Int, errors: SolverErrors
    ) -> [Scalar] {
      rankedValues(costs, batch: 1, rows: rows, columns: columns, errors: errors)
    }

    /// The values of the k best assignments of each problem of a batch.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch, k]`.
    @differentiable(reverse,wrt: costs)
    public func rankedValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      let ranks = self.count
      return errors.values(of: [costs], count: max(0, batch) * max(0, ranks)) {
        inputs throws(CombinatorialError) in
        let solutions = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(costs, shape: shape)
        }
        return SolvedBatch(values: solutions.rankedValues) { weights in
          let gradient = [Scalar].filled(inputs[0].count) { gradient in
            for item in solutions.indices {
              for rank in 0..<solutions.counts[item] {
                let weight = weights[item * ranks + rank]
                solutions.forEachPair(of: item, rank: rank) {
                  gradient[item * shape.itemCount + $0] += weight
                }
              }
            }
          }
          return [gradient]
        }
      }
    }
  }
#endif
