internal import CombinatorialKernels

/// A problem over a matrix of costs between what rows have and what columns want: exact, ``Transport``, or smoothed,
/// ``Sinkhorn``. What both share is here, written once.
public protocol TransportProblem: Sendable, Hashable {
  /// The solutions of a batch.
  associatedtype Solutions: TransportSolutions

  /// The most threads that a batch may use; nil: as many as there are cores.
  var maxThreads: Int? { get set }

  /// Solves a batch in place. The solutions keep no copy of the costs, hence those of ``Transport`` have no
  /// certificate: the gap is infinite.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - shape: The batch.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  func solveInPlace<Scalar: CostScalar, Mass: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, supply: [Mass], demand: [Mass], shape: BatchShape
  ) throws(CombinatorialError) -> Solutions
}

/// Plans of a batch, and what a unit more of a mass is worth.
public protocol TransportSolutions: SolutionBatch {
  /// `[batch, rows]`: row potentials, the gradient by the supply; 0 in the padding.
  var rowPotentials: [Double] { get }
  /// `[batch, columns]`: column potentials, the gradient by the demand; 0 in the padding.
  var columnPotentials: [Double] { get }
}

/// The gradients of optimal transport.
public struct TransportGradient<Scalar: CostScalar>: Sendable, Equatable {
  /// In the shape of the costs: the plan.
  public var costs: [Scalar]
  /// In the shape of the supply: the row potentials.
  public var supply: [Scalar]
  /// In the shape of the demand: the column potentials.
  public var demand: [Scalar]
}

extension TransportProblem {
  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: `[supply.count, demand.count]`, row by row; `+infinity` forbids a pair.
  ///   - supply: What each row has.
  ///   - demand: What each column wants.
  /// - Throws: ``CombinatorialError``: a NaN or -infinite cost, a mass that is none, totals that differ,
  ///   no feasible plan, a wrong count.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], supply: [Scalar], demand: [Scalar]
  ) throws(CombinatorialError) -> Solutions.Element {
    try solve(
      costs, supply: supply, demand: demand, batch: 1, rows: supply.count, columns: demand.count)[0]
  }

  /// Solves a batch of problems, slices of it on several threads.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> Solutions {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    return try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solve(costs, supply: supply, demand: demand, shape: shape)
    }
  }

  /// Solves a batch whose costs lie in memory of the caller's, which need not outlive the call.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`.
  ///   - supply: `[batch, rows]`.
  ///   - demand: `[batch, columns]`.
  ///   - shape: The batch.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one.
  public func solve<Scalar: CostScalar>(
    _ costs: UnsafeBufferPointer<Scalar>, supply: [Scalar], demand: [Scalar], shape: BatchShape
  ) throws(CombinatorialError) -> Solutions {
    var solutions = try solveInPlace(costs, supply: supply, demand: demand, shape: shape)
    solutions.keep(costs: costs)
    return solutions
  }

  /// The value and its gradients by costs and masses, from one run of the solver.
  ///
  /// - Parameters:
  ///   - costs: `[supply.count, demand.count]`, row by row.
  ///   - supply: What each row has.
  ///   - demand: What each column wants.
  /// - Returns: z*, the plan as dz*/dcosts, and the potentials, whose gauge see ``Transport``.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], supply: [Scalar], demand: [Scalar]
  ) throws(CombinatorialError) -> (value: Double, gradient: TransportGradient<Scalar>) {
    let (values, gradient) = try valuesAndGradient(
      costs, supply: supply, demand: demand, batch: 1, rows: supply.count, columns: demand.count)
    return (values[0], gradient)
  }

  /// The values of a batch and the gradients of their sum, from one run of the solver.
  ///
  /// - Returns: z* of each problem, and the gradients in the shapes of costs, supply and demand, 0 in the padding.
  /// - Throws: ``CombinatorialError``, as `solve`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], supply: [Scalar], demand: [Scalar], batch: Int, rows: Int, columns: Int,
    rowCounts: [Int]? = nil, columnCounts: [Int]? = nil
  ) throws(CombinatorialError) -> (values: [Double], gradient: TransportGradient<Scalar>) {
    let shape = BatchShape(
      batch: batch, rows: rows, columns: columns, rowCounts: rowCounts, columnCounts: columnCounts)
    let solutions = try costs.withUnsafeBufferPointer { costs throws(CombinatorialError) in
      try solveInPlace(costs, supply: supply, demand: demand, shape: shape)
    }
    return (
      solutions.values,
      TransportGradient(
        costs: solutions.gradient(of: Scalar.self),
        supply: solutions.rowPotentials.map { Scalar($0) },
        demand: solutions.columnPotentials.map { Scalar($0) })
    )
  }
}
