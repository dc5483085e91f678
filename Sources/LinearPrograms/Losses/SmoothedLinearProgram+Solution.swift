public import CombinatorialLosses

extension SmoothedLinearProgram {
  /// The solution of the smoothed program as a differentiable function of c, A and b.
  ///
  /// With g = dL/du and p, q from one linear system on the support F of u,
  ///
  ///     eps p_F + A_F^T q = g_F,  A_F p_F = 0,  p = 0 outside F
  ///     dL/dc = -p        dL/db = q        dL/dA = y p^T - q u^T
  ///
  /// Where rows of A are dependent, y and q are not unique: moving A or b off the set where the
  /// equations agree has no derivative, and along it any y and q give the same.
  ///
  /// Each tensor may have a batch axis first; one without is shared, and gets the sum of the gradients.
  ///
  /// - Parameters:
  ///   - costs: c, `[columns]` or `[batch, columns]`.
  ///   - constraints: A, `[rows, columns]` or `[batch, rows, columns]`.
  ///   - bounds: b, `[rows]` or `[batch, rows]`.
  /// - Returns: u, `[columns]`, or `[batch, columns]` if any of the tensors has a batch axis.
  /// - Throws: `LinearProgramError`, naming the batch item.
  public func solution(costs: Tensor, constraints: Tensor, bounds: Tensor) throws -> Tensor {
    let programs = try GeneralPrograms(
      costs: costs, constraints: constraints, rowLower: bounds, rowUpper: bounds)
    let solved = try SmoothedBatch(self, programs)
    return Tensor.recorded(
      "smoothedLinearProgram", inputs: [costs, constraints, bounds], output: try solved.solutions
    ) { cotangent in
      try solved.gradients(cotangent: cotangent)
    }
  }

  /// The solution of the smoothed program as a differentiable function of the costs alone, over fixed
  /// sparse constraints in double precision. dL/dc = -p.
  ///
  /// - Parameters:
  ///   - costs: c, `[columns]` or `[batch, columns]`.
  ///   - constraints: A.
  ///   - bounds: b, `[rows]`.
  /// - Returns: u, in the shape of the costs.
  /// - Throws: `LinearProgramError`, naming the batch item.
  public func solution(
    costs: Tensor, constraints: ConstraintMatrix, bounds: [Double]
  ) throws -> Tensor {
    let parameter = try ProgramParameter(costs, itemRank: 1, name: "costs")
    let solved = try SmoothedBatch(
      self, costs: parameter, constraints: constraints, bounds: bounds)
    return Tensor.recorded(
      "smoothedLinearProgram", inputs: [costs], output: try solved.solutions
    ) { cotangent in
      [try solved.gradients(cotangent: cotangent)[0]]
    }
  }
}
