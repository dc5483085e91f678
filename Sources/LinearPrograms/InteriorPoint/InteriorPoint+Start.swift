extension InteriorPoint {
  /// Mehrotra's starting point: the least u with A u = b and the y that fits the costs best, moved
  /// into the interior.
  func start(_ constraints: ConstraintOperator) -> Bool {
    diagonal.update(repeating: 1, count: columns)
    if startConstraints !== constraints {
      startConstraints = nil
      guard startNormal.factorize(constraints, diagonal: diagonal) else { return false }
      startConstraints = constraints
    }
    startNormal.solve(
      constraints, diagonal: diagonal, rightHandSide: bounds, into: dual, refinements: 1)
    constraints.multiplyTransposed(dual, into: primal)
    for column in 0..<columns {
      columnScratch[column] = costs[column] + smoothing * primal[column]
    }
    constraints.multiply(columnScratch, into: rowScratch)
    startNormal.solve(
      constraints, diagonal: diagonal, rightHandSide: rowScratch, into: dual, refinements: 0)
    constraints.multiplyTransposed(dual, into: reducedCosts)
    var (leastPrimal, leastCost) = (Double.infinity, Double.infinity)
    for column in 0..<columns {
      reducedCosts[column] = columnScratch[column] - reducedCosts[column]
      leastPrimal = min(leastPrimal, primal[column])
      leastCost = min(leastCost, reducedCosts[column])
    }
    moveInside(by: max(0, -1.5 * leastPrimal), max(0, -1.5 * leastCost))
    return true
  }

  /// Shifts both by what makes them positive, and on by what balances them, but by enough to be clear
  /// of the boundary where products vanish.
  private func moveInside(by primalShift: Double, _ costShift: Double) {
    var (product, primalSum, costSum) = (0.0, 0.0, 0.0)
    for column in 0..<columns {
      primal[column] += primalShift
      reducedCosts[column] += costShift
      product += primal[column] * reducedCosts[column]
      primalSum += primal[column]
      costSum += reducedCosts[column]
    }
    let primalMean = primalSum > 0 ? primalSum / Double(columns) : 1
    let costMean = max(costSum / Double(columns), smoothing * primalMean)
    let primalExtra = max(costSum > 0 ? 0.5 * product / costSum : 0, 0.01 * primalMean)
    let costExtra = max(primalSum > 0 ? 0.5 * product / primalSum : 0, 0.01 * costMean)
    for column in 0..<columns {
      primal[column] += primalExtra
      reducedCosts[column] += costExtra
      support[column] = false
    }
  }
}
