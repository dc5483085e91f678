public import CombinatorialKernels

/// An alignment, the cheapest or a smoothed one: what both have beside the words of every problem, the prices of
/// single gaps, and tokens, see ``alignmentLoss(logits:classes:targets:shape:alignment:weights:into:)``.
public protocol AlignmentProblem: MatrixProblem where Solutions: AlignmentSolutions {
  /// What moves cost.
  var alignment: Alignment { get }

  /// Solves a batch that has been checked.
  func solve<Scalar: CostScalar>(
    _ input: AlignmentInput<Scalar>
  ) throws(CombinatorialError) -> Solutions
}

/// The solutions of a batch of alignments.
public protocol AlignmentSolutions: SolutionBatch {
  /// The gradient of a weighted sum of the values.
  ///
  /// - Parameters:
  ///   - weights: `[batch]`: the derivative of a loss by each value.
  ///   - gradient: `[batch, rows, columns]`: dloss/dcosts, 0 in the padding.
  ///   - predictedGaps: `[batch, rows]`: by the price of skipping each row; nil: not wanted.
  ///   - targetGaps: `[batch, columns]`: by the price of skipping each column; nil: not wanted.
  func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>,
    predictedGaps: UnsafeMutableBufferPointer<Scalar>?,
    targetGaps: UnsafeMutableBufferPointer<Scalar>?)
}

extension AlignmentSolutions {
  /// The gradient of a weighted sum of the values by the costs: see ``SolutionBatch/gradient(weights:into:)``.
  public func gradient<Scalar: CostScalar>(
    weights: UnsafeBufferPointer<Scalar>, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    self.gradient(weights: weights, into: gradient, predictedGaps: nil, targetGaps: nil)
  }
}

extension AlignmentProblem {
  /// Solves a batch in place: see ``CostProblem/solveInPlace(_:shape:)``.
  public func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Solutions {
    try solveInPlace(costs, shape: shape, gapCosts: nil)
  }

  /// Solves a batch in place.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: The batch.
  ///   - gapCosts: Prices of the single gaps, of all problems; nil: as ``Alignment/gaps`` has them.
  package func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, gapCosts: GapCosts<Scalar>?,
    instructionSet: InstructionSet = .current
  ) throws(CombinatorialError) -> Solutions {
    try shape.validate(costCount: costs.count)
    let input = AlignmentInput(
      costs, rowStride: shape.columns, shape: shape, instructionSet: instructionSet)
    return try input.withPrices(of: alignment, given: gapCosts) {
      input throws(CombinatorialError) in
      try solve(input)
    }
  }

  /// Solves one problem with a price for each gap instead of ``Alignment/Gaps/cost(_:)``.
  ///
  /// - Parameters:
  ///   - costs: The cost matrix `[rows, columns]`, row by row.
  ///   - rows: The number of predicted positions.
  ///   - columns: The number of target positions.
  ///   - gapCosts: Prices of the single gaps; nil: one price for all.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible path, a wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int, gapCosts: GapCosts<Scalar>?
  ) throws(CombinatorialError) -> Solutions.Element {
    try solve(costs, batch: 1, rows: rows, columns: columns, gapCosts: gapCosts)[0]
  }

  /// Solves a batch of problems with a price for each gap, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  ///   - gapCosts: Prices of the single gaps, of all problems; nil: one price for all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, gapCosts: GapCosts<Scalar>?
  ) throws(CombinatorialError) -> Solutions {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try keeping(costs) { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape, gapCosts: gapCosts)
    }
  }

  /// The values of a batch, and the gradients of their sum by the costs and by the price of each gap, from one
  /// run of the solver.
  ///
  /// - Returns: z* of each problem, and the gradients in the shapes of costs and prices, 0 in the padding.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil, gapCosts: GapCosts<Scalar>?
  ) throws(CombinatorialError) -> (
    values: [Double], gradient: [Scalar], gapGradient: GapCosts<Scalar>
  ) {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape, gapCosts: gapCosts)
    }
    var gradient = [Scalar](repeating: 0, count: costs.count)
    var gapGradient = GapCosts<Scalar>(repeating: 0, shape: shape)
    [Scalar](repeating: 1, count: batch).withUnsafeBufferPointer { ones in
      gradient.withUnsafeMutableBufferPointer { gradient in
        gapGradient.predicted.withUnsafeMutableBufferPointer { predicted in
          gapGradient.target.withUnsafeMutableBufferPointer { target in
            solutions.gradient(
              weights: ones, into: gradient, predictedGaps: predicted, targetGaps: target)
          }
        }
      }
    }
    return (solutions.values, gradient, gapGradient)
  }
}
