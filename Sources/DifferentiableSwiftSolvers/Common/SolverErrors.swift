internal import CombinatorialKernels
@_exported public import CombinatorialSolvers

/// The errors of solvers inside of differentiated code, which cannot throw.
///
/// A function of this module whose problem is refused keeps its error here, and returns NaN with gradient 0:
/// ``throwingErrors(_:)``, which made the value, throws the first error when the code has ended.
public final class SolverErrors: Sendable {
  private let first = Lock<CombinatorialError?>(nil)

  fileprivate init() {}

  /// The error that came first.
  fileprivate var earliest: CombinatorialError? { first.withLock { $0 } }

  /// What `body` returns; nil if it throws, and its error is kept.
  ///
  /// For solvers of your own inside of differentiated code, in derivatives that you write.
  public func catching<Result>(
    _ body: () throws(CombinatorialError) -> Result
  ) -> Result? {
    do throws(CombinatorialError) { return try body() } catch {
      keep(error)
      return nil
    }
  }

  func keep(_ error: CombinatorialError) { first.withLock { $0 = $0 ?? error } }
}

/// Runs differentiated code, and throws the first error of its solvers.
///
///     let (loss, gradient) = try throwingErrors { errors in
///       valueWithGradient(at: model) { model in
///         Assignment().optimalValue(costs(model), rows: 3, columns: 3, errors: errors)
///       }
///     }
///
/// - Parameter body: What to run, with a value that takes its errors.
/// - Returns: What `body` returned.
/// - Throws: ``/CombinatorialSolvers/CombinatorialError``: the first that a solver, or the pullback of one, met.
public func throwingErrors<Result>(
  _ body: (SolverErrors) -> Result
) throws(CombinatorialError) -> Result {
  let errors = SolverErrors()
  let result = body(errors)
  if let error = errors.earliest { throw error }
  return result
}
