#if compiler(>=6.2)
  public import CombinatorialKernels

  extension MatrixProblem {
    /// Solves one problem whose costs lie anywhere: in an array, an inline array, memory of the caller's.
    ///
    /// - Parameters:
    ///   - costs: The cost matrix `[rows, columns]`, row by row.
    ///   - rows: The number of rows; 0 gives value 0.
    ///   - columns: The number of columns.
    /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
    public func solve<Scalar: CostScalar>(
      _ costs: Span<Scalar>, rows: Int, columns: Int
    ) throws(CombinatorialError) -> Solutions.Element {
      try solve(costs, batch: 1, rows: rows, columns: columns)[0]
    }

    /// Solves a batch of problems whose costs lie anywhere, slices of it on several threads.
    ///
    /// - Parameters:
    ///   - costs: `[batch, rows, columns]`, row by row.
    ///   - batch: The number of problems.
    ///   - rows: Rows of every problem, padding included.
    ///   - columns: Columns of every problem, padding included.
    ///   - rowCounts: Rows in use, for each problem; nil: all.
    ///   - columnCounts: Columns in use, for each problem; nil: all.
    /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
    public func solve<Scalar: CostScalar>(
      _ costs: Span<Scalar>, batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
      columnCounts: [Int]? = nil
    ) throws(CombinatorialError) -> Solutions {
      let shape = BatchShape(
        batch: batch, channels: channels, rows: rows, columns: columns, rowCounts: rowCounts,
        columnCounts: columnCounts)
      return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
        try solve(costs, shape: shape)
      }
    }
  }

  extension ListProblem {
    /// Solves one problem whose costs lie anywhere.
    ///
    /// - Parameter costs: One for each arc, edge, entry or element.
    /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
    public func solve<Scalar: CostScalar>(
      _ costs: Span<Scalar>
    ) throws(CombinatorialError) -> Solutions.Element {
      try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
        try solve(costs, shape: BatchShape(rows: 1, columns: costs.count))[0]
      }
    }
  }
#endif
