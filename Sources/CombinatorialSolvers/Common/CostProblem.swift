@_exported public import protocol CombinatorialKernels.CostScalar

/// A problem whose parameters are its costs. What all of them share is here, written once: a problem says how
/// it solves a batch in place.
public protocol CostProblem: Sendable {
  /// The solutions of a batch.
  associatedtype Solutions: SolutionBatch

  /// The most threads that a batch may use; nil: as many as there are cores.
  var maxThreads: Int? { get set }

  /// Solves a batch in place. The solutions keep no copy of the costs, hence have no certificate: the gap
  /// is infinite.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: The batch.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  func solveInPlace<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Solutions

  /// Solves a batch, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, which need not outlive the call.
  ///   - shape: The batch.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Solutions

  /// Solves a batch and shares its costs with the solutions, where a problem can, instead of a copy of them: for
  /// great arrays that are not written to while a solution is kept, which would copy them then.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: The batch.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  func solve<Scalar: CostScalar>(
    sharing costs: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> Solutions
}

extension CostProblem {
  /// Solves a batch in place, and keeps a copy of the costs.
  public func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape
  ) throws(CombinatorialError) -> Solutions {
    var solutions = try solveInPlace(costs, shape: shape)
    solutions.keep(costs: costs)
    return solutions
  }

  /// Solves a batch, and keeps a copy of the costs.
  public func solve<Scalar: CostScalar>(
    sharing costs: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> Solutions {
    try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape)
    }
  }

  /// Solutions of a batch that keep a copy of its costs.
  func keeping<Scalar: CostScalar>(
    _ costs: [Scalar],
    _ solve: (UnsafeBufferPointer<Scalar>) throws(CombinatorialError) -> Solutions
  ) throws(CombinatorialError) -> Solutions {
    try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      var solutions = try solve(costs)
      solutions.keep(costs: costs)
      return solutions
    }
  }

  /// The values of a batch and the gradient of their sum, from one run of the solver.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - shape: The batch.
  ///   - weights: `[batch]`: the derivative of the loss by each value; nil: all 1.
  ///   - gradient: `[batch, rows, columns]`, the caller's memory: dloss/dcosts, 0 in the padding.
  /// - Returns: `[batch]`: z* of each problem.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, shape: BatchShape, weights: [Scalar]? = nil,
    into gradient: UnsafeMutableBufferPointer<Scalar>
  ) throws(CombinatorialError) -> [Double] {
    let solutions = try solveInPlace(costs, shape: shape)
    let weights = weights ?? .init(repeating: 1, count: solutions.count)
    guard weights.count == solutions.count, gradient.count == costs.count else {
      throw .shapeMismatch(
        expected: "\(solutions.count) weights and room for \(costs.count) derivatives",
        found: "\(weights.count) and \(gradient.count)")
    }
    weights.withUnsafeBufferPointer { solutions.gradient(weights: $0, into: gradient) }
    return solutions.values
  }

  /// The same with a gradient of its own.
  func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> (values: [Double], gradient: [Scalar]) {
    let solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solveInPlace(costs, shape: shape)
    }
    return (solutions.values, solutions.gradient(of: Scalar.self))
  }
}

/// A problem over a matrix of costs.
public protocol MatrixProblem: CostProblem {
  /// How many matrices the costs of one problem are, one after the other; 1 unless a problem says more.
  var channels: Int { get }
}

extension MatrixProblem {
  /// One matrix.
  public var channels: Int { 1 }

  /// Solves one problem whose costs may be written down as a literal, `.infinity` among them.
  ///
  /// - Parameters:
  ///   - costs: The cost matrix `[rows, columns]`, row by row.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  /// - Throws: ``CombinatorialError``, as for costs of any type.
  public func solve(
    _ costs: [Double], rows: Int, columns: Int
  ) throws(CombinatorialError) -> Solutions.Element {
    try solve(costs, batch: 1, rows: rows, columns: columns)[0]
  }

  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: The cost matrix `[rows, columns]`, row by row.
  ///   - rows: The number of rows; 0 gives value 0.
  ///   - columns: The number of columns.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int
  ) throws(CombinatorialError) -> Solutions.Element {
    try solve(costs, batch: 1, rows: rows, columns: columns)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> Solutions {
    let shape = BatchShape(
      batch: batch, channels: channels, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts)
    return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape)
    }
  }

  /// The optimal value and its gradient, from one run of the solver.
  ///
  /// - Parameters:
  ///   - costs: The cost matrix `[rows, columns]`, row by row.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  /// - Returns: z*, and dz*/dcosts in the shape of the costs.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int
  ) throws(CombinatorialError) -> (value: Double, gradient: [Scalar]) {
    let (values, gradient) = try valuesAndGradient(
      costs, shape: BatchShape(channels: channels, rows: rows, columns: columns))
    return (values[0], gradient)
  }

  /// The optimal values of a batch and the gradient of their sum, from one run of the solver.
  ///
  /// - Returns: z* of each problem, and the gradient `[batch, rows, columns]`, 0 in the padding.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> (values: [Double], gradient: [Scalar]) {
    try valuesAndGradient(
      costs,
      shape: BatchShape(
        batch: batch, channels: channels, rows: rows, columns: columns, rowCounts: rowCounts,
        columnCounts: columnCounts))
  }
}

/// A problem over a list of costs: one for each arc, edge, entry or element. All problems of a batch share what
/// is known of these, so that their sizes are the same and there are no ragged batches.
public protocol ListProblem: CostProblem {}

extension ListProblem {
  /// Solves one problem whose costs may be written down as a literal, `.infinity` among them.
  ///
  /// - Parameter costs: One for each arc, edge, entry or element.
  /// - Throws: ``CombinatorialError``, as for costs of any type.
  public func solve(_ costs: [Double]) throws(CombinatorialError) -> Solutions.Element {
    try solve(costs, batch: 1)[0]
  }

  /// Solves one problem.
  ///
  /// - Parameter costs: One for each arc, edge, entry or element.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, no feasible solution, a wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar]
  ) throws(CombinatorialError) -> Solutions.Element {
    try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solve(costs, shape: BatchShape(rows: 1, columns: costs.count))[0]
    }
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, costs of one problem]`.
  ///   - batch: The number of problems.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int
  ) throws(CombinatorialError) -> Solutions {
    let shape = try shape(count: costs.count, batch: batch)
    return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solve(costs, shape: shape)
    }
  }

  /// The optimal value and its gradient, from one run of the solver.
  ///
  /// - Parameter costs: One for each arc, edge, entry or element.
  /// - Returns: z*, and dz*/dcosts, as many numbers as there are costs.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar]
  ) throws(CombinatorialError) -> (value: Double, gradient: [Scalar]) {
    let (values, gradient) = try valuesAndGradient(
      costs, shape: BatchShape(rows: 1, columns: costs.count))
    return (values[0], gradient)
  }

  /// The optimal values of a batch and the gradient of their sum, from one run of the solver.
  ///
  /// - Returns: z* of each problem, and the gradient in the shape of the costs.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int
  ) throws(CombinatorialError) -> (values: [Double], gradient: [Scalar]) {
    try valuesAndGradient(costs, shape: shape(count: costs.count, batch: batch))
  }

  private func shape(count: Int, batch: Int) throws(CombinatorialError) -> BatchShape {
    guard batch >= 0, batch > 0 ? count % batch == 0 : count == 0 else {
      throw .shapeMismatch(
        expected: "as many costs in each of \(batch) problems", found: "\(count)")
    }
    return BatchShape(batch: batch, rows: 1, columns: batch > 0 ? count / batch : 0)
  }
}
