public import CombinatorialLosses

/// A linear program as a loss: dz*/dc = u*, dz*/db = v*, dz*/dA = -v* u*^T.
extension LinearProgram: PrimalDualProblem {
  /// Solves the standard form for one program.
  ///
  /// - Throws: As ``solve(_:)-(LinearModel)``.
  public func solve(
    costs: Tensor, constraints: Tensor, bounds: Tensor
  ) throws -> PrimalDualSolution {
    let programs = try GeneralPrograms(
      costs: costs, constraints: constraints, rowLower: bounds, rowUpper: bounds)
    let solution = try solve(try programs.model(0))
    return PrimalDualSolution(
      value: solution.value, primal: solution.primal.map { Float($0) },
      dual: solution.dual.map { Float($0) })
  }

  /// The optimal value of the standard form as a differentiable loss:
  ///
  ///     z*(c, A, b) = min c . u  subject to  A u = b,  u >= 0
  ///
  /// All gradients come from the one run of the solver; those that no tracked tensor asks for are not
  /// computed. z* is concave in c and convex in b. Where it has a kink, at a degenerate or tied
  /// vertex, the gradient is one of its generalized gradients.
  ///
  /// Each tensor may have a batch axis first; one without is shared, and gets the sum of the gradients.
  ///
  /// - Parameters:
  ///   - costs: c, `[columns]` or `[batch, columns]`. Gradient u*.
  ///   - constraints: A, `[rows, columns]` or `[batch, rows, columns]`. Gradient -v* u*^T.
  ///   - bounds: b, `[rows]` or `[batch, rows]`. Gradient v*.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: `LinearProgramError`, naming the batch item.
  ///
  /// D. De Wolf, Y. Smeers, Generalized derivatives of the optimal value of a linear program with
  /// respect to matrix coefficients, 2000; R. Freund, Postoptimal analysis of a linear program under
  /// simultaneous changes in matrix coefficients, 1985.
  public func optimalValue(
    costs: Tensor, constraints: Tensor, bounds: Tensor
  ) throws -> Tensor {
    let programs = try GeneralPrograms(
      costs: costs, constraints: constraints, rowLower: bounds, rowUpper: bounds)
    let solved = try programs.solved(by: self)
    return Tensor.recorded(
      "linearProgram", inputs: [costs, constraints, bounds], output: try solved.values
    ) { cotangent in
      let weights = cotangent.scalars
      return [
        try solved.gradientByCosts(weights), try solved.gradientByConstraints(weights),
        try solved.gradientByEquations(weights),
      ]
    }
  }

  /// The optimal value of the general form as a differentiable loss:
  ///
  ///     z* = optimum of costs . u
  ///     subject to  rowLower <= A u <= rowUpper,  lower <= u <= upper
  ///
  /// A multiplier belongs to the bound that is active, so for a minimization
  ///
  ///     dz*/dcosts = u*               dz*/dA = -v* u*^T
  ///     dz*/drowLower = max(v*, 0)    dz*/drowUpper = min(v*, 0)
  ///     dz*/dlower = max(d*, 0)       dz*/dupper = min(d*, 0)       d* = costs - A^T v*
  ///
  /// and with max and min exchanged for a maximisation. The same tensor as `rowLower` and `rowUpper`
  /// makes equations, with gradient v*. Infinite bounds are none, with gradient 0.
  ///
  /// Each tensor may have a batch axis first; one without is shared, and gets the sum of the gradients.
  ///
  /// - Parameters:
  ///   - costs: `[columns]` or `[batch, columns]`.
  ///   - constraints: A, `[rows, columns]` or `[batch, rows, columns]`.
  ///   - rowLower: `[rows]` or `[batch, rows]`; nil: none.
  ///   - rowUpper: `[rows]` or `[batch, rows]`; nil: none.
  ///   - lower: `[columns]` or `[batch, columns]`; nil: 0.
  ///   - upper: `[columns]` or `[batch, columns]`; nil: none.
  /// - Returns: z*, of shape `[]`, or `[batch]` if any of the tensors has a batch axis.
  /// - Throws: `LinearProgramError`, naming the batch item.
  public func optimalValue(
    sense: OptimizationSense = .minimize, costs: Tensor, constraints: Tensor,
    rowLower: Tensor?, rowUpper: Tensor?, lower: Tensor? = nil, upper: Tensor? = nil
  ) throws -> Tensor {
    let programs = try GeneralPrograms(
      sense: sense, costs: costs, constraints: constraints, rowLower: rowLower, rowUpper: rowUpper,
      lower: lower, upper: upper)
    let solved = try programs.solved(by: self)
    return Tensor.recorded(
      "linearProgram",
      inputs: [costs, constraints] + [rowLower, rowUpper, lower, upper].compactMap(\.self),
      output: try solved.values
    ) { cotangent in
      let weights = cotangent.scalars
      return [try solved.gradientByCosts(weights), try solved.gradientByConstraints(weights)]
        + (try solved.gradientsByBounds(weights))
    }
  }
}
