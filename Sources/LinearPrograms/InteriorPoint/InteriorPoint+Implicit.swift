extension InteriorPoint {
  /// The products of a cotangent g = dL/du with the derivatives of the solution.
  struct Adjoint {
    /// `[columns]`: p, with dL/dc = -p and dL/dA = y p^T - q u^T.
    let costs: [Double]
    /// `[rows]`: q = dL/db.
    let bounds: [Double]
  }

  /// Differentiates the optimality conditions implicitly: one linear system with their matrix.
  ///
  /// On the support F of u they are eps u_F + c_F = A_F^T y, A_F u_F = b, so that p and q solve
  ///
  ///     eps p_F + A_F^T q = g_F,  A_F p_F = 0
  ///
  /// by A_F A_F^T q = A_F g_F; p is 0 outside F. Where u and s are both 0 the solution has a kink and
  /// this is the derivative on one side.
  ///
  /// - Returns: nil if the numbers gave out.
  func adjoint(
    _ constraints: ConstraintOperator, solution: SmoothedSolution, cotangent: [Double]
  ) -> Adjoint? {
    for column in 0..<columns {
      primal[column] = solution.primal[column]
      reducedCosts[column] = solution.reducedCosts[column]
    }
    setSupportDiagonal()
    guard normal.factorize(constraints, diagonal: diagonal) else { return nil }
    for column in 0..<columns { primal[column] = diagonal[column] * cotangent[column] }
    constraints.multiply(primal, into: rowScratch)
    normal.solve(
      constraints, diagonal: diagonal, rightHandSide: rowScratch, into: dual, refinements: 4)
    constraints.multiplyTransposed(dual, into: reducedCosts)
    return Adjoint(
      costs: (0..<columns).map { diagonal[$0] * (cotangent[$0] - reducedCosts[$0]) },
      bounds: (0..<rows).map { dual[$0] })
  }
}
