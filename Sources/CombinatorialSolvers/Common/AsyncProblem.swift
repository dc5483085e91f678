internal import CombinatorialKernels

/// Runs calls of solvers on a thread of their own, and stops them when the task is cancelled: for servers, and
/// wherever else tasks must not wait for each other.
///
///     let matching = try await withSolverThread {
///       try Assignment().solve(costs, rows: 4_000, columns: 4_000)
///     }
///
/// A solve that a task calls as it is keeps its thread of Swift's cooperative pool, of which there are as many as
/// cores, from all other tasks, and takes no notice of the task's end. Here `body` runs on one of as many other
/// threads, beyond which calls wait for their turn in order, and every solver of this package that it calls ends
/// within milliseconds of the cancellation, between the problems of a batch and inside long ones. What else it
/// does, it finishes.
///
/// Problems over costs have the same as ``CostProblem/async``.
///
/// - Parameter body: Calls one or several solvers.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `CancellationError` if the task is cancelled before `body` has returned.
public func withSolverThread<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await SolverThreads.shared.run(body)
}

/// A problem whose calls are `async`: see ``CostProblem/async``.
public struct AsyncProblem<Base: CostProblem>: Sendable {
  /// The problem.
  public var base: Base
}

extension CostProblem {
  /// The same problem with `async` calls, which keep no thread of the cooperative pool busy and end when their
  /// task is cancelled; see ``withSolverThread(_:)``.
  ///
  ///     let matching = try await Assignment().async.solve(costs, rows: 4_000, columns: 4_000)
  ///
  /// They throw what the calls without `async` throw, and `CancellationError`.
  public var async: AsyncProblem<Self> { AsyncProblem(base: self) }
}

extension AsyncProblem where Base: MatrixProblem {
  /// Solves one problem: `MatrixProblem.solve(_:rows:columns:)`.
  ///
  /// - Parameters:
  ///   - costs: The cost matrix `[rows, columns]`, row by row.
  ///   - rows: The number of rows; 0 gives value 0.
  ///   - columns: The number of columns.
  /// - Throws: ``CombinatorialError``; `CancellationError`.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int
  ) async throws -> Base.Solutions.Element {
    try await withSolverThread { try base.solve(costs, rows: rows, columns: columns) }
  }

  /// Solves a batch: `MatrixProblem.solve(_:batch:rows:columns:rowCounts:columnCounts:)`.
  ///
  /// - Parameters:
  ///   - costs: `[batch, rows, columns]`, row by row.
  ///   - batch: The number of problems.
  ///   - rows: Rows of every problem, padding included.
  ///   - columns: Columns of every problem, padding included.
  ///   - rowCounts: Rows in use, for each problem; the others are padding, never read. nil: all.
  ///   - columnCounts: Columns in use, for each problem; nil: all.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one; `CancellationError`.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) async throws -> Base.Solutions {
    try await withSolverThread {
      try base.solve(
        costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
        columnCounts: columnCounts)
    }
  }

  /// The optimal value and its gradient: ``MatrixProblem/valueAndGradient(_:rows:columns:)``.
  ///
  /// - Returns: z*, and dz*/dcosts in the shape of the costs.
  /// - Throws: ``CombinatorialError``; `CancellationError`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], rows: Int, columns: Int
  ) async throws -> (value: Double, gradient: [Scalar]) {
    try await withSolverThread { try base.valueAndGradient(costs, rows: rows, columns: columns) }
  }

  /// The optimal values of a batch and the gradient of their sum:
  /// ``MatrixProblem/valuesAndGradient(_:batch:rows:columns:rowCounts:columnCounts:)``.
  ///
  /// - Returns: z* of each problem, and the gradient `[batch, rows, columns]`, 0 in the padding.
  /// - Throws: ``CombinatorialError``; `CancellationError`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int, rows: Int, columns: Int, rowCounts: [Int]? = nil,
    columnCounts: [Int]? = nil
  ) async throws -> (values: [Double], gradient: [Scalar]) {
    try await withSolverThread {
      try base.valuesAndGradient(
        costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
        columnCounts: columnCounts)
    }
  }
}

extension AsyncProblem where Base: ListProblem {
  /// Solves one problem: `ListProblem.solve(_:)`.
  ///
  /// - Parameter costs: One for each arc, edge, entry or element.
  /// - Throws: ``CombinatorialError``; `CancellationError`.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar]
  ) async throws -> Base.Solutions.Element {
    try await withSolverThread { try base.solve(costs) }
  }

  /// Solves a batch: ``ListProblem/solve(_:batch:)``.
  ///
  /// - Parameters:
  ///   - costs: `[batch, costs of one problem]`.
  ///   - batch: The number of problems.
  /// - Throws: ``CombinatorialError`` of the first problem of the batch that has one; `CancellationError`.
  public func solve<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int
  ) async throws -> Base.Solutions {
    try await withSolverThread { try base.solve(costs, batch: batch) }
  }

  /// The optimal value and its gradient: ``ListProblem/valueAndGradient(_:)``.
  ///
  /// - Returns: z*, and dz*/dcosts, as many numbers as there are costs.
  /// - Throws: ``CombinatorialError``; `CancellationError`.
  public func valueAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar]
  ) async throws -> (value: Double, gradient: [Scalar]) {
    try await withSolverThread { try base.valueAndGradient(costs) }
  }

  /// The optimal values of a batch and the gradient of their sum: ``ListProblem/valuesAndGradient(_:batch:)``.
  ///
  /// - Returns: z* of each problem, and the gradient in the shape of the costs.
  /// - Throws: ``CombinatorialError``; `CancellationError`.
  public func valuesAndGradient<Scalar: CostScalar>(
    _ costs: [Scalar], batch: Int
  ) async throws -> (values: [Double], gradient: [Scalar]) {
    try await withSolverThread { try base.valuesAndGradient(costs, batch: batch) }
  }
}
