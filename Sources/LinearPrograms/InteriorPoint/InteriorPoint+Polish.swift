extension InteriorPoint {
  /// Guesses the support of the solution, where u > s; returns whether it was the last guess too.
  func updateSupport() -> Bool {
    var isSame = true
    for column in 0..<columns {
      let isInside = primal[column] > reducedCosts[column]
      isSame = isSame && support[column] == isInside
      support[column] = isInside
    }
    return isSame
  }

  /// D for the support of the solution: 1/eps there, 0 elsewhere.
  func setSupportDiagonal() {
    for column in 0..<columns {
      diagonal[column] = primal[column] > reducedCosts[column] ? 1 / smoothing : 0
    }
  }

  /// One Newton step with the support of the solution fixed: u = 0 outside it, s = 0 inside. If all
  /// signs come out right it is the solution, exact to rounding; if not the iterate stays as it was.
  ///
  /// - Returns: Whether it is the solution.
  func polish(_ constraints: ConstraintOperator) -> Bool {
    setSupportDiagonal()
    guard normal.factorize(constraints, diagonal: diagonal) else { return false }
    // Residuals of the point with its small entries set to 0.
    constraints.multiplyTransposed(dual, into: dualResidual)
    for column in 0..<columns {
      let isSupport = diagonal[column] > 0
      columnScratch[column] = isSupport ? primal[column] : 0
      dualResidual[column] -= costs[column] + smoothing * columnScratch[column]
      complementarity[column] = diagonal[column] * dualResidual[column] + columnScratch[column]
    }
    solveDualStep(
      constraints, from: bounds, less: complementarity, into: reducedCostStep, refinements: 4)
    for column in 0..<columns {
      let isSupport = diagonal[column] > 0
      let priced = reducedCostStep[column]
      primalStep[column] = isSupport ? complementarity[column] + diagonal[column] * priced : 0
      reducedCostStep[column] = isSupport ? 0 : -dualResidual[column] - priced
    }
    let isSolution = acceptPolished(constraints)
    if !isSolution { _ = updateResiduals(constraints) }
    return isSolution
  }

  private func acceptPolished(_ constraints: ConstraintOperator) -> Bool {
    constraints.multiply(primalStep, into: rowScratch)
    for row in 0..<rows { rowScratch[row] -= bounds[row] }
    let size = 1 + NormalEquations.greatestMagnitude(bounds, rows)
    guard NormalEquations.greatestMagnitude(rowScratch, rows) <= Self.polishedResidual * size else {
      return false
    }
    let costRounding =
      Self.polishedResidual * (1 + NormalEquations.greatestMagnitude(costs, columns))
    for column in 0..<columns {
      let isSigned =
        primalStep[column] >= -Self.polishedResidual * size
        && reducedCostStep[column] >= -costRounding
      guard isSigned else { return false }
    }
    for column in 0..<columns {
      primal[column] = max(0, primalStep[column])
      reducedCosts[column] = max(0, reducedCostStep[column])
    }
    for row in 0..<rows { dual[row] += dualStep[row] }
    return true
  }

  /// How far a polished solution may be from A u = b and the right signs, relative to b and c.
  private static let polishedResidual = 1e-12
}
