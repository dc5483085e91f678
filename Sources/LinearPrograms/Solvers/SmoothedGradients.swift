/// The gradients of a loss by the data of a smoothed linear program, given its gradient g by the
/// solution u. With p and q from
///
///     eps p_F + A_F^T q = g_F,  A_F p_F = 0,  p = 0 outside the support F of u
///
/// they are -p, q and y p^T - q u^T.
public struct SmoothedGradients: Sendable, Hashable {
  /// `[columns]`: dL/dc.
  public let costs: [Double]
  /// `[rows, columns]`, row by row: dL/dA.
  public let constraints: [Double]
  /// `[rows]`: dL/db.
  public let bounds: [Double]
}

extension SmoothedLinearProgram {
  /// Differentiates a solution implicitly, by one linear system.
  ///
  /// - Parameters:
  ///   - cotangent: `[columns]`: g = dL/du.
  ///   - solution: What ``solve(costs:constraints:bounds:)`` found.
  ///   - constraints: The A that it was found for.
  /// - Throws: `LinearProgramError.shapeMismatch`, `.numericalFailure`.
  /// - Complexity: O(rows^3 + rows columns).
  public func pullback(
    _ cotangent: [Double], of solution: SmoothedSolution, constraints: ConstraintMatrix
  ) throws(LinearProgramError) -> SmoothedGradients {
    let counts = [cotangent.count, solution.primal.count, solution.dual.count]
    guard counts == [constraints.columns, constraints.columns, constraints.rows] else {
      throw .shapeMismatch(
        expected: "a cotangent and a solution of \(constraints.columns) columns, "
          + "\(constraints.rows) rows", found: "\(counts)")
    }
    let shared = try SmoothedConstraints(constraints)
    let adjoint = try makeSolver(shared).requireAdjoint(
      shared.operator, solution: solution, cotangent: cotangent)
    return SmoothedGradients(
      costs: adjoint.costs.map { -$0 },
      constraints: zip(solution.dual, adjoint.bounds).flatMap { dual, bound in
        zip(adjoint.costs, solution.primal).map { dual * $0 - bound * $1 }
      },
      bounds: adjoint.bounds)
  }
}

extension InteriorPoint {
  /// As ``adjoint(_:solution:cotangent:)``, with an error where there is none.
  func requireAdjoint(
    _ constraints: ConstraintOperator, solution: SmoothedSolution, cotangent: [Double]
  ) throws(LinearProgramError) -> Adjoint {
    guard let adjoint = adjoint(constraints, solution: solution, cotangent: cotangent) else {
      throw .numericalFailure(batch: 0, reason: "its optimality conditions are singular")
    }
    return adjoint
  }
}
