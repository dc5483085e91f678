/// Problems of the solvers become losses by these alone: their solutions know dz*/dcosts.
extension PrimalProblem where Self: CostProblem {
  /// Solves one problem.
  ///
  /// - Parameter costs: The costs of one problem, of rank ``PrimalProblem/costRank``, off the tape.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func solve(_ costs: Tensor) throws -> PrimalSolution {
    try solve(batch: costs.reshaped([1] + costs.shape), lengths: nil)[0]
  }

  /// Solves a batch in one call, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch] + costs of one problem`, off the tape.
  ///   - lengths: What each problem uses; nil: all.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func solve(batch costs: Tensor, lengths: Lengths?) throws -> [PrimalSolution] {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let solutions = try solutions(of: items, lengths: lengths)
    return solutions.indices.map { item in
      var (positions, entries): ([Int], [Float]) = ([], [])
      solutions.forEachGradientEntry(of: item) {
        positions.append($0)
        entries.append(Float($1))
      }
      return PrimalSolution(
        value: solutions.values[item], solution: .sparse(positions: positions, entries: entries))
    }
  }

  /// The optimal value as a differentiable loss, from one run of the solver.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - lengths: What each problem of a ragged batch uses; the rest is padding: never read, gradient 0.
  /// - Returns: z*, of shape `[]` or `[batch]`. Its gradient by the costs is u*.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(_ costs: Tensor, lengths: Lengths? = nil) throws -> Tensor {
    try recordedValue("optimalValue", costs, rank: costRank, lengths: lengths)
  }
}

extension CostProblem {
  /// The values as an operation on the tape, from one run of the solver.
  func recordedValue(
    _ operation: StaticString, _ costs: Tensor, rank: Int, lengths: Lengths?
  ) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: rank, name: "costs")
    let solutions = try solutions(of: items, lengths: lengths)
    return Tensor.recorded(
      operation, inputs: [costs], output: try items.values(of: solutions)
    ) { [try items.gradient(of: solutions, cotangent: $0)] }
  }

  /// The solver's own solutions of the items of a batch.
  func solutions(of items: BatchedItems, lengths: Lengths?) throws(CombinatorialError) -> Solutions
  {
    let shape = items.shape(lengths: lengths)
    return try items.tensor.withUnsafeScalars { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape)
    }
  }
}

extension BatchedItems {
  /// The shape as solvers see it: the last axes of an item are rows and columns, those before them channels.
  func shape(lengths: Lengths?) -> BatchShape {
    BatchShape(
      batch: count, channels: itemShape.dropLast(2).reduce(1, *),
      rows: itemShape.dropLast().last ?? 1, columns: itemShape.last ?? 1,
      rowCounts: lengths?.rows, columnCounts: lengths?.columns)
  }

  /// z* of each problem.
  func values(of solutions: some SolutionBatch) throws -> Tensor {
    try Tensor(solutions.values.map { Float($0) }, shape: batchShape)
  }

  /// The gradient by the costs: each item's dz*/dcosts times its cotangent.
  func gradient(of solutions: some SolutionBatch, cotangent: Tensor) throws -> Tensor {
    try Tensor(shape: shape) { gradient in
      cotangent.withUnsafeScalars { solutions.gradient(weights: $0, into: gradient) }
    }
  }
}

extension PrimalProblem where Self: MatrixProblem {
  /// The optimal values of a ragged batch as a differentiable loss.
  ///
  /// - Parameters:
  ///   - costs: `[rows, columns]` or `[batch, rows, columns]`.
  ///   - rowCounts: Rows in use, for each problem. The rest is padding: never read, gradient 0.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Returns: z*, of shape `[]` or `[batch]`.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(
    _ costs: Tensor, rowCounts: [Int]?, columnCounts: [Int]? = nil
  ) throws -> Tensor {
    try optimalValue(costs, lengths: Lengths(rows: rowCounts, columns: columnCounts))
  }
}

extension Maximum where Base: PrimalProblem {
  /// The greatest value as a differentiable function.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - lengths: What each problem of a ragged batch uses.
  /// - Returns: z*, of shape `[]` or `[batch]`. Its gradient by the costs is u*.
  /// - Throws: ``/CombinatorialSolvers/CombinatorialError``.
  public func optimalValue(_ costs: Tensor, lengths: Lengths? = nil) throws -> Tensor {
    try recordedValue("maximum", costs, rank: base.costRank, lengths: lengths)
  }
}
