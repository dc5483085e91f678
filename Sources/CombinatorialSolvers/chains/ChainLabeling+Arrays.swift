public import CombinatorialKernels

extension ChainLabeling {
  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - unary: `[positions, labels]`: what each label costs at each position.
  ///   - steps: `[labels, labels]`: from the label of a position (row) to that of the next (column), or
  ///     `[positions - 1, labels, labels]`, a matrix for each step.
  ///   - labels: The number of labels, at least 1.
  /// - Throws: ``CombinatorialError``, as ``solve(unary:steps:shape:)``.
  public func solve<Scalar: CostScalar>(
    unary: [Scalar], steps: [Scalar], labels: Int
  ) throws(CombinatorialError) -> ChainLabelingSolution {
    let positions = labels > 0 ? unary.count / labels : 0
    return try solve(
      unary: unary, steps: steps, batch: 1, positions: positions, labels: labels)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - unary: `[batch, positions, labels]`.
  ///   - steps: As ``solve(unary:steps:shape:)``.
  ///   - batch: The number of problems.
  ///   - positions: Positions of every problem, padding included.
  ///   - labels: The number of labels, at least 1.
  ///   - lengths: Positions in use, for each problem; the others are padding, never read. nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    unary: [Scalar], steps: [Scalar], batch: Int, positions: Int, labels: Int,
    lengths: [Int]? = nil
  ) throws(CombinatorialError) -> ChainLabelingBatch {
    let shape = BatchShape(batch: batch, rows: positions, columns: labels, rowCounts: lengths)
    return try unary.withUnsafeBufferPointer { unary throws(CombinatorialError) in
      try steps.withUnsafeBufferPointer { steps throws(CombinatorialError) in
        try solve(unary: unary, steps: steps, shape: shape)
      }
    }
  }

  /// The optimal value and its gradients, from one run of the solver.
  ///
  /// - Parameters: As ``solve(unary:steps:labels:)``.
  /// - Returns: z*, dz*/dunary and dz*/dsteps.
  /// - Throws: ``CombinatorialError``.
  public func valueAndGradient<Scalar: CostScalar>(
    unary: [Scalar], steps: [Scalar], labels: Int
  ) throws(CombinatorialError) -> (value: Double, gradient: [Scalar], stepGradient: [Scalar]) {
    let (values, gradient, stepGradient) = try valuesAndGradient(
      unary: unary, steps: steps, batch: 1, positions: labels > 0 ? unary.count / labels : 0,
      labels: labels)
    return (values[0], gradient, stepGradient)
  }

  /// The optimal values of a batch and the gradients of their sum, from one run of the solver.
  ///
  /// - Parameters: As ``solve(unary:steps:batch:positions:labels:lengths:)``.
  /// - Returns: z* of each problem, and the gradients in the shapes of the costs, 0 in the padding.
  /// - Throws: ``CombinatorialError``.
  public func valuesAndGradient<Scalar: CostScalar>(
    unary: [Scalar], steps: [Scalar], batch: Int, positions: Int, labels: Int,
    lengths: [Int]? = nil
  ) throws(CombinatorialError) -> (values: [Double], gradient: [Scalar], stepGradient: [Scalar]) {
    let shape = BatchShape(batch: batch, rows: positions, columns: labels, rowCounts: lengths)
    var gradient = [Scalar](repeating: 0, count: unary.count)
    var stepGradient = [Scalar](repeating: 0, count: steps.count)
    let values = try unary.withUnsafeBufferPointer { unary throws(CombinatorialError) in
      try steps.withUnsafeBufferPointer { steps throws(CombinatorialError) in
        let solutions = try solveInPlace(unary: unary, steps: steps, shape: shape)
        gradient = solutions.gradient(of: Scalar.self)
        [Scalar](repeating: 1, count: batch).withUnsafeBufferPointer { ones in
          stepGradient.withUnsafeMutableBufferPointer {
            solutions.stepGradient(weights: ones, into: $0)
          }
        }
        return solutions.values
      }
    }
    return (values, gradient, stepGradient)
  }
}

#if compiler(>=6.2)
  extension ChainLabeling {
    /// Solves one problem whose costs lie anywhere: in an array, an inline array, memory of the caller's.
    ///
    /// - Parameters: As ``solve(unary:steps:labels:)``.
    /// - Throws: ``CombinatorialError``.
    public func solve<Scalar: CostScalar>(
      unary: Span<Scalar>, steps: Span<Scalar>, labels: Int
    ) throws(CombinatorialError) -> ChainLabelingSolution {
      let positions = labels > 0 ? unary.count / labels : 0
      return try solve(
        unary: unary, steps: steps, batch: 1, positions: positions, labels: labels)[0]
    }

    /// Solves a batch of problems whose costs lie anywhere, slices of it on several threads.
    ///
    /// - Parameters: As ``solve(unary:steps:batch:positions:labels:lengths:)``.
    /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
    public func solve<Scalar: CostScalar>(
      unary: Span<Scalar>, steps: Span<Scalar>, batch: Int, positions: Int, labels: Int,
      lengths: [Int]? = nil
    ) throws(CombinatorialError) -> ChainLabelingBatch {
      let shape = BatchShape(batch: batch, rows: positions, columns: labels, rowCounts: lengths)
      return try unary.withUnsafeBufferPointer { unary throws(CombinatorialError) in
        try steps.withUnsafeBufferPointer { steps throws(CombinatorialError) in
          try solve(unary: unary, steps: steps, shape: shape)
        }
      }
    }
  }
#endif
