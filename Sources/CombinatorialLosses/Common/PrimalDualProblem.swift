/// A problem whose parameters enter everywhere: any linear program, given explicitly.
///
///     z*(c, A, b) = min c.u  subject to  A u = b, u >= 0
///     dz*/dc = u*        dz*/db = v*        dz*/dA = -v* u*^T
///
/// Conform by writing ``solve(costs:constraints:bounds:)`` for one problem;
/// ``optimalValue(costs:constraints:bounds:)`` takes batches and has all three gradients from the same
/// single run. They hold where the problem is feasible and bounded in a neighborhood.
///
/// Definition 2 and Theorem 1 (primal-dual) of "Differentiable Combinatorial Losses through Generalized
/// Gradients of Linear Programs"; R. Freund, Postoptimal analysis of a linear program under simultaneous
/// changes in matrix coefficients (1985).
public protocol PrimalDualProblem: Sendable {
  /// Solves one problem.
  ///
  /// - Parameters:
  ///   - costs: c, `[columns]`, off the tape.
  ///   - constraints: A, `[rows, columns]`, off the tape.
  ///   - bounds: b, `[rows]`, off the tape.
  /// - Returns: The optimal value with a primal and a dual solution.
  /// - Throws: What the solver has to say of a program that it cannot solve.
  func solve(costs: Tensor, constraints: Tensor, bounds: Tensor) throws -> PrimalDualSolution
}

/// What a solver of a ``PrimalDualProblem`` found.
public struct PrimalDualSolution: Sendable {
  /// z*, the optimal value.
  public let value: Double
  /// u*, one entry for each column.
  public let primal: [Float]
  /// v*, one entry for each row: how fast the value rises with that bound.
  public let dual: [Float]

  /// A value with the solutions that prove each other.
  public init(value: Double, primal: [Float], dual: [Float]) {
    (self.value, self.primal, self.dual) = (value, primal, dual)
  }
}

extension PrimalDualProblem {
  /// The optimal value as a differentiable loss, with all three gradients from one run of the solver.
  ///
  /// Each tensor may have a batch axis first; one without is shared by the whole batch.
  ///
  /// - Parameters:
  ///   - costs: c, `[columns]` or `[batch, columns]`. Gradient u*.
  ///   - constraints: A, `[rows, columns]` or `[batch, rows, columns]`. Gradient -v* u*^T.
  ///   - bounds: b, `[rows]` or `[batch, rows]`. Gradient v*.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: What ``solve(costs:constraints:bounds:)`` throws;
  ///   ``CombinatorialError/shapeMismatch(expected:found:)``.
  public func optimalValue(
    costs: Tensor, constraints: Tensor, bounds: Tensor
  ) throws -> Tensor {
    let programs = try BatchedPrograms(costs: costs, constraints: constraints, bounds: bounds)
    let solutions = try concurrentMap(count: programs.count) { item in
      let solution = try solve(
        costs: programs.costs.shared(item), constraints: programs.constraints.shared(item),
        bounds: programs.bounds.shared(item))
      try checkCount(
        solution.primal, equals: programs.columns, name: "primal solution", item: item)
      try checkCount(solution.dual, equals: programs.rows, name: "dual solution", item: item)
      return solution
    }
    let values = try Tensor(solutions.map { Float($0.value) }, shape: programs.batchShape)
    return Tensor.recorded(
      "optimalValue", inputs: [costs, constraints, bounds], output: values
    ) { cotangent in
      try programs.gradients(of: solutions, cotangent: cotangent.scalars)
    }
  }
}

/// Linear programs of a batch, whose parts may be shared.
private struct BatchedPrograms: Sendable {
  let costs, constraints, bounds: BatchedItems
  let batchShape: [Int]

  var count: Int { batchShape.first ?? 1 }
  var rows: Int { constraints.itemShape[0] }
  var columns: Int { constraints.itemShape[1] }

  init(costs: Tensor, constraints: Tensor, bounds: Tensor) throws(CombinatorialError) {
    self.costs = try BatchedItems(costs, itemRank: 1, name: "costs")
    self.constraints = try BatchedItems(constraints, itemRank: 2, name: "constraints")
    self.bounds = try BatchedItems(bounds, itemRank: 1, name: "bounds")
    batchShape = try BatchedItems.batchShape(of: [self.costs, self.constraints, self.bounds])
    let matrix = self.constraints.itemShape
    guard self.costs.itemShape == [matrix[1]], self.bounds.itemShape == [matrix[0]] else {
      throw .shapeMismatch(
        expected: "costs [.., columns], constraints [.., rows, columns], bounds [.., rows]",
        found: "\(costs.shape), \(constraints.shape), \(bounds.shape)")
    }
  }

  func gradients(of solutions: [PrimalDualSolution], cotangent: [Float]) throws -> [Tensor] {
    let outerProducts = solutions.map { solution in
      solution.dual.flatMap { dual in solution.primal.map { -dual * $0 } }
    }
    return [
      try costs.gradient(of: solutions.map(\.primal), cotangent: cotangent),
      try constraints.gradient(of: outerProducts, cotangent: cotangent),
      try bounds.gradient(of: solutions.map(\.dual), cotangent: cotangent),
    ]
  }
}
