/// The gradient of a piecewise linear interpolation of the loss, from a second run of the solver.
///
/// With the cotangent g = dL/du and u_lambda = argmin (c + lambda g).u,
///
///     dL/dc := -(u* - u_lambda) / lambda
///
/// is the gradient of a continuous function that agrees with the loss on a part of the costs that
/// shrinks as lambda grows. A small lambda is faithful and often 0, because the second run finds u*
/// again; a large one is informative and far from the loss. Lambda should be large enough for lambda g to
/// change the solution now and then: its unit is that of the costs over that of g.
///
/// One run of the solver forward, one backward. The problem must be solvable at c + lambda g, where costs
/// may be negative.
///
/// M. Vlastelica Pogančić, A. Paulus, V. Musil, G. Martius, M. Rolínek, Differentiation of blackbox
/// combinatorial solvers, ICLR 2020, arXiv:1912.02175, algorithm 1.
public struct InterpolatedGradient: SolutionGradient, Hashable {
  /// How far along the cotangent the second problem lies.
  public let lambda: Float

  /// - Parameter lambda: Greater than 0.
  /// - Throws: ``SolutionGradientError/notPositive(parameter:value:)``.
  public init(lambda: Float) throws(SolutionGradientError) {
    self.lambda = try SolutionGradientError.check(positive: lambda, "lambda")
  }

  /// u*, whose pullback solves at c + lambda g.
  public func solution(of problem: some PrimalProblem, costs: Tensor) throws -> Tensor {
    let items = try BatchedItems(costs, itemRank: problem.costRank, name: "costs")
    let solution = try problem.optimum(costs).solution
    return Tensor.recorded("interpolatedSolution", inputs: [costs], output: solution) { cotangent in
      let moved = try problem.optimum(moved(items, along: cotangent)).solution
      return [
        try Tensor(shape: items.shape) { gradient in
          moved.withUnsafeScalars { moved in
            solution.withUnsafeScalars { solution in
              for index in gradient.indices {
                gradient[index] = (moved[index] - solution[index]) / lambda
              }
            }
          }
        }
      ]
    }
  }

  /// c + lambda g in the shape of the costs; a forbidden cost stays forbidden, and no other becomes so.
  private func moved(_ items: BatchedItems, along cotangent: Tensor) throws -> Tensor {
    try items.checkFinite(cotangent, "the cotangent")
    return try Tensor(shape: items.shape) { moved in
      try items.batched.withUnsafeScalars { costs in
        try cotangent.withUnsafeScalars { cotangent in
          for index in moved.indices {
            moved[index] = costs[index] + lambda * cotangent[index]
            if costs[index].isFinite, !moved[index].isFinite {
              throw items.notFinite(
                "costs + lambda * cotangent", index: index, value: moved[index])
            }
          }
        }
      }
    }
  }
}

extension SolutionGradient where Self == InterpolatedGradient {
  /// The gradient of a piecewise linear interpolation of the loss, from a second run of the solver at
  /// c + lambda dL/du: `(u_lambda - u*) / lambda`.
  ///
  /// - Parameter lambda: Greater than 0; see ``InterpolatedGradient``.
  /// - Throws: ``SolutionGradientError/notPositive(parameter:value:)``.
  public static func interpolated(
    lambda: Float
  ) throws(SolutionGradientError) -> InterpolatedGradient {
    try InterpolatedGradient(lambda: lambda)
  }
}
