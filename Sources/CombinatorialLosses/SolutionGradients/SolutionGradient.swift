/// A replacement for the gradient of an optimal solution.
///
/// The solution u*(c) of a combinatorial problem jumps: du*/dc is 0 wherever it exists, and of no use
/// for learning. A strategy puts something else in its place. Conform to add one: solve, and record the
/// result with the pullback that replaces the derivative.
///
/// ```swift
/// struct StraightThrough: SolutionGradient {
///   func solution(of problem: some PrimalProblem, costs: Tensor) throws -> Tensor {
///     let solution = try problem.optimum(costs).solution
///     return Tensor.recorded("straightThrough", inputs: [costs], output: solution) { [-$0] }
///   }
/// }
/// ```
///
/// Where the loss is the optimal value itself, no strategy is needed:
/// ``PrimalProblem/optimalValue(_:)`` is exact and takes one run of the solver.
public protocol SolutionGradient: Sendable {
  /// The optimal solution, recorded with the replacement of its gradient.
  ///
  /// - Parameters:
  ///   - problem: The problem to solve.
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  /// - Returns: u*(c) in the shape of the costs: the same for every strategy.
  func solution(of problem: some PrimalProblem, costs: Tensor) throws -> Tensor
}

extension PrimalProblem {
  /// The optimal solution u*(c), with an approximate gradient.
  ///
  /// ```swift
  /// let matching = try Assignment().solution(costs, gradient: .interpolated(lambda: 20))
  /// let loss = try (matching - target).pow(2).sum()
  /// ```
  ///
  /// Forbidden costs, +infinity, get no gradient.
  ///
  /// - Parameters:
  ///   - costs: The costs of one problem, or of a batch with the batch as the first axis.
  ///   - gradient: `.interpolated(lambda:)`, `.identity(projection:)`, `.none`, or a strategy of your
  ///     own.
  /// - Returns: u* in the shape of the costs.
  /// - Throws: What ``solve(batch:)`` throws; ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  ///   The backward pass throws `TensorError.pullbackFailed` for a NaN or infinite cotangent, which
  ///   never reaches the solver.
  /// - Complexity: One run of the solver for each problem, and what the strategy adds.
  public func solution(_ costs: Tensor, gradient: some SolutionGradient) throws -> Tensor {
    try gradient.solution(of: self, costs: costs)
  }
}
