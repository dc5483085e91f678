/// A primal-dual interior point method for
///
///     min  c . u + eps/2 |u|^2   subject to  A u = b,  u >= 0.
///
/// Mehrotra's predictor and corrector with a step common to primal and dual, as the quadratic term
/// couples them. The Hessian is eps I, so the Newton system reduces to A D A^T with the diagonal
/// D = u / (eps u + s): one factorisation and two solves an iteration.
///
/// Owns the vectors of one problem at a time; a slice of a batch makes one and uses it for all.
///
/// S. Mehrotra, SIAM J. Optim. 2 (1992), doi:10.1137/0802028; J. Nocedal, S. Wright, Numerical
/// Optimization, 2nd edition, section 16.6.
final class InteriorPoint {
  let rows: Int
  let columns: Int
  let smoothing: Double
  let tolerance: Double
  let maxIterations: Int

  /// c and b.
  private let costs: UnsafeMutablePointer<Double>
  private let bounds: UnsafeMutablePointer<Double>
  /// u, s: the solution and the multipliers of u >= 0.
  let primal: UnsafeMutablePointer<Double>
  let reducedCosts: UnsafeMutablePointer<Double>
  /// y: the multipliers of A u = b.
  let dual: UnsafeMutablePointer<Double>
  let diagonal: UnsafeMutablePointer<Double>
  let normal: NormalEquations

  private let primalStep: UnsafeMutablePointer<Double>
  private let reducedCostStep: UnsafeMutablePointer<Double>
  private let dualStep: UnsafeMutablePointer<Double>
  /// b - A u.
  private let primalResidual: UnsafeMutablePointer<Double>
  /// A^T y + s - c - eps u.
  private let dualResidual: UnsafeMutablePointer<Double>
  /// What u s shall change by, over u.
  private let complementarity: UnsafeMutablePointer<Double>
  let rowScratch: UnsafeMutablePointer<Double>
  private let columnScratch: UnsafeMutablePointer<Double>
  private let memory: UnsafeMutablePointer<Double>

  init(
    rows: Int, columns: Int, scratchCount: Int, smoothing: Double, tolerance: Double,
    maxIterations: Int
  ) {
    (self.rows, self.columns) = (rows, columns)
    self.smoothing = smoothing
    self.tolerance = tolerance
    self.maxIterations = maxIterations
    memory = .allocate(capacity: 9 * columns + 5 * rows + 1)
    memory.initialize(repeating: 0, count: 9 * columns + 5 * rows + 1)
    var next = memory
    func take(_ count: Int) -> UnsafeMutablePointer<Double> {
      defer { next += count }
      return next
    }
    (primal, reducedCosts, diagonal) = (take(columns), take(columns), take(columns))
    (primalStep, reducedCostStep) = (take(columns), take(columns))
    (dualResidual, complementarity, columnScratch) = (take(columns), take(columns), take(columns))
    (costs, bounds) = (take(columns), take(rows))
    (dual, dualStep, primalResidual, rowScratch) = (take(rows), take(rows), take(rows), take(rows))
    normal = NormalEquations(rows: rows, columns: columns, scratchCount: scratchCount)
  }

  deinit {
    normal.deallocate()
    memory.deallocate()
  }

  /// Takes in a problem's numbers, of the right counts.
  func load(costs: [Double], bounds: [Double]) {
    for (column, cost) in costs.enumerated() { self.costs[column] = cost }
    for (row, bound) in bounds.enumerated() { self.bounds[row] = bound }
  }

  /// Solves the problem that was loaded; the solution is in `primal`, `dual` and `reducedCosts`.
  ///
  /// - Returns: The iterations, or nil if they were not enough or the numbers gave out.
  func solve(_ constraints: ConstraintOperator) -> Int? {
    guard columns > 0 else {
      return NormalEquations.greatestMagnitude(bounds, rows) == 0 ? 0 : nil
    }
    guard start(constraints) else { return nil }
    let boundSize = 1 + NormalEquations.greatestMagnitude(bounds, rows)
    let costSize = 1 + NormalEquations.greatestMagnitude(costs, columns)
    for iteration in 0...maxIterations {
      let (complement, objective) = updateResiduals(constraints)
      guard complement.isFinite else { return nil }
      if complement <= tolerance * (1 + abs(objective)),
        NormalEquations.greatestMagnitude(primalResidual, rows) <= tolerance * boundSize,
        NormalEquations.greatestMagnitude(dualResidual, columns) <= tolerance * costSize
      {
        polish(constraints)
        return iteration
      }
      guard iteration < maxIterations else { break }
      guard step(constraints, mean: complement / Double(columns)) else { return nil }
    }
    return nil
  }
}

extension InteriorPoint {
  // MARK: Start

  /// Mehrotra's starting point: the least u with A u = b and the y that fits the costs best, moved
  /// into the interior.
  private func start(_ constraints: ConstraintOperator) -> Bool {
    diagonal.update(repeating: 1, count: columns)
    guard normal.factorize(constraints, diagonal: diagonal) else { return false }
    normal.solve(constraints, diagonal: diagonal, rightHandSide: bounds, into: dual)
    constraints.multiplyTransposed(dual, into: primal)
    for column in 0..<columns {
      columnScratch[column] = costs[column] + smoothing * primal[column]
    }
    constraints.multiply(columnScratch, into: rowScratch)
    normal.solve(constraints, diagonal: diagonal, rightHandSide: rowScratch, into: dual)
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

  private func moveInside(by primalShift: Double, _ costShift: Double) {
    var (product, primalSum, costSum) = (0.0, 0.0, 0.0)
    for column in 0..<columns {
      primal[column] += primalShift
      reducedCosts[column] += costShift
      product += primal[column] * reducedCosts[column]
      primalSum += primal[column]
      costSum += reducedCosts[column]
    }
    let primalExtra = costSum > 0 ? 0.5 * product / costSum : 0
    let costExtra = primalSum > 0 ? 0.5 * product / primalSum : 0
    // Zeros on both sides leave nothing to measure by.
    let primalLeast = primalExtra > 0 ? 0 : max(1, primalSum / Double(columns))
    let costLeast = costExtra > 0 ? 0 : max(1, costSum / Double(columns))
    for column in 0..<columns {
      primal[column] += primalExtra + primalLeast
      reducedCosts[column] += costExtra + costLeast
    }
  }
}

extension InteriorPoint {
  // MARK: Iteration

  /// Sets the residuals; returns u . s and the objective.
  private func updateResiduals(_ constraints: ConstraintOperator) -> (complement: Double, objective: Double) {
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

  /// One predictor and corrector.
  private func step(_ constraints: ConstraintOperator, mean: Double) -> Bool {
    for column in 0..<columns {
      diagonal[column] =
        primal[column] / (smoothing * primal[column] + reducedCosts[column])
      complementarity[column] = -reducedCosts[column]
    }
    guard normal.factorize(constraints, diagonal: diagonal) else { return false }
    solveNewton(constraints)
    let affine = greatestStep()
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
    // Close to the boundary only when close to the solution.
    let length = min(1, max(0.99, 1 - mean) * greatestStep())
    for column in 0..<columns {
      primal[column] += length * primalStep[column]
      reducedCosts[column] += length * reducedCostStep[column]
    }
    for row in 0..<rows { dual[row] += length * dualStep[row] }
    return length > 1e-12
  }

  /// The Newton step from the residuals and `complementarity`, with the factor of this iteration:
  ///
  ///     A D A^T dy = (b - A u) - A D (r + k),  du = D (A^T dy + r + k),  ds = k - s du / u
  private func solveNewton(_ constraints: ConstraintOperator) {
    for column in 0..<columns {
      columnScratch[column] =
        diagonal[column] * (dualResidual[column] + complementarity[column])
    }
    constraints.multiply(columnScratch, into: rowScratch)
    for row in 0..<rows { rowScratch[row] = primalResidual[row] - rowScratch[row] }
    normal.solve(constraints, diagonal: diagonal, rightHandSide: rowScratch, into: dualStep)
    constraints.multiplyTransposed(dualStep, into: primalStep)
    for column in 0..<columns {
      let change = diagonal[column] * primalStep[column] + columnScratch[column]
      primalStep[column] = change
      reducedCostStep[column] =
        complementarity[column] - reducedCosts[column] * change / primal[column]
    }
  }

  /// The longest step that leaves u and s at least 0, however long.
  private func greatestStep() -> Double {
    var steepest = 0.0
    for column in 0..<columns {
      steepest = max(
        steepest, -primalStep[column] / primal[column],
        -reducedCostStep[column] / reducedCosts[column])
    }
    return steepest > 0 ? min(1 / 0.99, 1 / steepest) : 1 / 0.99
  }
}

extension InteriorPoint {
  // MARK: Polish

  /// D for the support of the solution: 1/eps where u > s, 0 elsewhere.
  func setSupportDiagonal() {
    for column in 0..<columns {
      diagonal[column] = primal[column] > reducedCosts[column] ? 1 / smoothing : 0
    }
  }

  /// One Newton step with the support of the solution fixed: u = 0 outside it, s = 0 inside. Exact to
  /// rounding if the support is right; if a sign comes out wrong the solution stays as it was.
  private func polish(_ constraints: ConstraintOperator) {
    setSupportDiagonal()
    guard normal.factorize(constraints, diagonal: diagonal) else { return }
    // Residuals of the point with its small entries set to 0.
    constraints.multiplyTransposed(dual, into: dualResidual)
    for column in 0..<columns {
      let isSupport = diagonal[column] > 0
      columnScratch[column] = isSupport ? primal[column] : 0
      dualResidual[column] -= costs[column] + smoothing * columnScratch[column]
      complementarity[column] = diagonal[column] * dualResidual[column] + columnScratch[column]
    }
    constraints.multiply(complementarity, into: rowScratch)
    for row in 0..<rows { rowScratch[row] = bounds[row] - rowScratch[row] }
    normal.solve(constraints, diagonal: diagonal, rightHandSide: rowScratch, into: dualStep)
    constraints.multiplyTransposed(dualStep, into: reducedCostStep)
    for column in 0..<columns {
      let isSupport = diagonal[column] > 0
      let priced = reducedCostStep[column]
      primalStep[column] = isSupport ? complementarity[column] + diagonal[column] * priced : 0
      reducedCostStep[column] = isSupport ? 0 : -dualResidual[column] - priced
    }
    acceptPolished(constraints)
  }

  private func acceptPolished(_ constraints: ConstraintOperator) {
    constraints.multiply(primalStep, into: rowScratch)
    for row in 0..<rows { rowScratch[row] -= bounds[row] }
    let size = 1 + NormalEquations.greatestMagnitude(bounds, rows)
    guard NormalEquations.greatestMagnitude(rowScratch, rows) <= tolerance * size else { return }
    for column in 0..<columns where !(primalStep[column] >= 0 && reducedCostStep[column] >= 0) {
      return
    }
    primal.update(from: primalStep, count: columns)
    reducedCosts.update(from: reducedCostStep, count: columns)
    for row in 0..<rows { dual[row] += dualStep[row] }
  }
}
