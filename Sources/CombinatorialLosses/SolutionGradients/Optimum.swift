/// The optimal values and solutions of a batch of problems, off the tape.
///
/// Worth keeping where the costs do not change: the optima of the true costs of a training set serve
/// ``PrimalProblem/spoPlusLoss(_:trueCosts:trueOptimum:)`` and
/// ``PrimalProblem/regret(_:trueCosts:trueOptimum:)`` in every epoch, and their solutions are the
/// targets of the structured losses.
public struct Optimum: Sendable {
  /// z*, one for each problem; one number if the costs came without a batch axis.
  public let values: [Double]
  /// u*, in the shape of the costs.
  public let solution: Tensor

  /// Optima that were computed before.
  public init(values: [Double], solution: Tensor) {
    self.values = values
    self.solution = solution.detached
  }
}

extension PrimalProblem {
  /// Solves the problems of a batch, or one problem.
  ///
  /// - Parameter costs: The costs of one problem, or of a batch with the batch as the first axis.
  /// - Returns: The values, and the solutions in the shape of the costs.
  /// - Throws: What ``solve(batch:)`` throws; ``/CombinatorialSolvers/CombinatorialError/shapeMismatch(expected:found:)``.
  /// - Complexity: One run of the solver for each problem.
  public func optimum(_ costs: Tensor) throws -> Optimum {
    let items = try BatchedItems(costs, itemRank: costRank, name: "costs")
    let solutions = try checkedSolutions(of: items)
    let ones = try Tensor.ones([items.count])
    return Optimum(
      values: solutions.map(\.value), solution: try items.gradient(of: solutions, cotangent: ones))
  }

  /// The true costs of predicted ones, and their optimum, which is found where it is not at hand.
  func truth(
    _ trueCosts: Tensor, _ known: Optimum?, of predictedCosts: Tensor
  ) throws -> (items: BatchedItems, optimum: Optimum) {
    let items = try BatchedItems(trueCosts, itemRank: costRank, name: "true costs")
    try items.checkShape(predictedCosts, "predicted costs")
    let optimum = try known ?? optimum(trueCosts)
    try items.check(optimum)
    return (items, optimum)
  }

  /// One solution for each item, each of the right size.
  func checkedSolutions(of items: BatchedItems) throws -> [PrimalSolution] {
    let solutions = try solve(batch: items.batched)
    try items.check(solutions)
    return solutions
  }
}

extension BatchedItems {
  /// Refuses optima of other problems than these.
  func check(_ optimum: Optimum) throws(CombinatorialError) {
    try checkShape(optimum.solution, "an optimal solution")
    guard optimum.values.count == count else {
      throw .shapeMismatch(
        expected: "\(count) optimal values, one for each batch item",
        found: "\(optimum.values.count)")
    }
  }
}
