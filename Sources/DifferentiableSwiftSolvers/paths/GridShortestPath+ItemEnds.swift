#if canImport(_Differentiation)
  internal import CombinatorialKernels
  public import CombinatorialSolvers
  internal import _Differentiation

  extension GridShortestPath {
    /// The costs of the cheapest paths between given cells as a differentiable function of the costs.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; the others are padding: never read, gradient 0. nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    ///   - itemEnds: Where each path starts and ends; nil: ``/CombinatorialSolvers/GridShortestPath/ends``.
    ///   - errors: Takes the error of the first problem that has one; all values are then NaN.
    /// - Returns: `[batch]`: z* of each problem. Its gradient is 1 at the cells of the path.
    @differentiable(reverse,wrt: costs)
    public func optimalValues<Scalar: DifferentiableCost>(
      _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil, itemEnds: [GridEnds]?, errors: SolverErrors
    ) -> [Scalar] {
      let shape = BatchShape(
        batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts
      )
      return errors.values(of: [costs], count: batch) { inputs throws(CombinatorialError) in
        let solutions = try inputs[0].withUnsafeBufferPointer { costs throws(CombinatorialError) in
          try solveInPlace(costs, shape: shape, itemEnds: itemEnds)
        }
        return SolvedBatch(values: solutions.values) {
          [solutions.gradient($0, count: inputs[0].count)]
        }
      }
    }
  }
#endif
