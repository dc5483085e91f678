extension InteriorPoint {
  /// Sets the residuals; returns u . s and the objective.
  func updateResiduals(_ constraints: ConstraintOperator) -> (complement: Double, objective: Double)
  {
    constraints.multiply(primal, into: primalResidual)
    for row in 0..<rows { primalResidual[row] = bounds[row] - primalResidual[row] }
    constraints.multiplyTransposed(dual, into: dualResidual)
    var (complement, objective) = (0.0, 0.0)
    for column in 0..<columns {
      let (u, s, cost) = (primal[column], reducedCosts[column], costs[column])
      dualResidual[column] += s - cost - smoothing * u
      complement += u * s
      objective += u * (cost + 0.5 * smoothing * u)
    }
    return (complement, objective)
  }

  /// One predictor and corrector; returns whether it got anywhere. If not the iterate stays as it was.
  func step(_ constraints: ConstraintOperator, mean: Double) -> Bool {
    for column in 0..<columns {
      diagonal[column] =
        primal[column] / (smoothing * primal[column] + reducedCosts[column])
      complementarity[column] = -reducedCosts[column]
    }
    guard normal.factorize(constraints, diagonal: diagonal) else { return false }
    solveNewton(constraints)
    guard let affine = greatestStep() else { return false }
    var predicted = 0.0
    for column in 0..<columns {
      predicted +=
        (primal[column] + affine * primalStep[column])
        * (reducedCosts[column] + affine * reducedCostStep[column])
    }
    let ratio = predicted / (Double(columns) * mean)
    let target = mean * ratio * ratio * ratio
    for column in 0..<columns {
      complementarity[column] =
        (target - primalStep[column] * reducedCostStep[column]) / primal[column]
        - reducedCosts[column]
    }
    solveNewton(constraints)
    guard let greatest = greatestStep() else { return false }
    // Close to the boundary only when close to the solution.
    let length = min(1, max(Self.leastShare, 1 - mean) * greatest)
    guard length > 1e-12 else { return false }
    for column in 0..<columns {
      primal[column] += length * primalStep[column]
      reducedCosts[column] += length * reducedCostStep[column]
    }
    for row in 0..<rows { dual[row] += length * dualStep[row] }
    return true
  }

  /// The Newton step from the residuals and `complementarity`, with the factor of this iteration:
  ///
  ///     A D A^T dy = (b - A u) - A D (r + k),  du = D (A^T dy + r + k),  ds = k - s du / u
  private func solveNewton(_ constraints: ConstraintOperator) {
    for column in 0..<columns {
      columnScratch[column] =
        diagonal[column] * (dualResidual[column] + complementarity[column])
    }
    solveDualStep(
      constraints, from: primalResidual, less: columnScratch, into: primalStep, refinements: 0)
    for column in 0..<columns {
      let change = diagonal[column] * primalStep[column] + columnScratch[column]
      primalStep[column] = change
      reducedCostStep[column] =
        complementarity[column] - reducedCosts[column] * change / primal[column]
    }
  }

  /// dy of A D A^T dy = target - A column, and A^T dy.
  func solveDualStep(
    _ constraints: ConstraintOperator, from target: UnsafePointer<Double>,
    less column: UnsafePointer<Double>, into transposed: UnsafeMutablePointer<Double>,
    refinements: Int
  ) {
    constraints.multiply(column, into: rowScratch)
    for row in 0..<rows { rowScratch[row] = target[row] - rowScratch[row] }
    normal.solve(
      constraints, diagonal: diagonal, rightHandSide: rowScratch, into: dualStep,
      refinements: refinements)
    constraints.multiplyTransposed(dualStep, into: transposed)
  }

  /// The longest step that leaves u and s at least 0, but no longer than of use; nil if numbers are
  /// not finite.
  private func greatestStep() -> Double? {
    var (steepest, sum) = (0.0, 0.0)
    for column in 0..<columns {
      let primalRate = -primalStep[column] / primal[column]
      let costRate = -reducedCostStep[column] / reducedCosts[column]
      steepest = max(steepest, primalRate, costRate)
      sum += primalRate + costRate
    }
    guard sum.isFinite else { return nil }
    return steepest > 0 ? min(1 / Self.leastShare, 1 / steepest) : 1 / Self.leastShare
  }

  /// The share of the way to the boundary that a step takes at least.
  private static let leastShare = 0.99
}
