/// A primal-dual interior point method for
///
///     min  c . u + eps/2 |u|^2   subject to  A u = b,  u >= 0.
///
/// Mehrotra's predictor and corrector with a step common to primal and dual, as the quadratic term
/// couples them. The Hessian is eps I, so the Newton system reduces to A D A^T with the diagonal
/// D = u / (eps u + s): one factorization and two solves an iteration.
///
/// Owns the vectors of one problem at a time; a slice of a batch makes one and uses it for all.
///
/// S. Mehrotra, SIAM J. Optim. 2 (1992), doi:10.1137/0802028; J. Nocedal, S. Wright, Numerical
/// Optimization, 2nd edition, section 16.6.
final class InteriorPoint {
  let rows, columns: Int
  let smoothing, tolerance: Double
  let maxIterations: Int

  /// c and b.
  let costs: UnsafeMutablePointer<Double>
  let bounds: UnsafeMutablePointer<Double>
  /// u, s: the solution and the multipliers of u >= 0.
  let primal: UnsafeMutablePointer<Double>
  let reducedCosts: UnsafeMutablePointer<Double>
  /// y: the multipliers of A u = b.
  let dual: UnsafeMutablePointer<Double>
  let diagonal: UnsafeMutablePointer<Double>
  let normal: NormalEquations
  /// The factor of A A^T, which every problem with the same matrix starts from.
  let startNormal: NormalEquations
  var startConstraints: ConstraintOperator?
  let support: UnsafeMutablePointer<Bool>

  let primalStep, reducedCostStep, dualStep: UnsafeMutablePointer<Double>
  /// b - A u.
  let primalResidual: UnsafeMutablePointer<Double>
  /// A^T y + s - c - eps u.
  let dualResidual: UnsafeMutablePointer<Double>
  /// What u s shall change by, over u.
  let complementarity: UnsafeMutablePointer<Double>
  let rowScratch, columnScratch, memory: UnsafeMutablePointer<Double>

  init(
    rows: Int, columns: Int, scratchCount: Int, smoothing: Double, tolerance: Double,
    maxIterations: Int
  ) {
    (self.rows, self.columns) = (rows, columns)
    (self.smoothing, self.tolerance, self.maxIterations) = (smoothing, tolerance, maxIterations)
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
    startNormal = NormalEquations(rows: rows, columns: columns, scratchCount: scratchCount)
    support = .allocate(capacity: columns + 1)
    support.initialize(repeating: false, count: columns + 1)
  }

  deinit {
    normal.deallocate()
    startNormal.deallocate()
    support.deallocate()
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
    var converged: Int?
    for iteration in 0...maxIterations {
      let (complement, objective) = updateResiduals(constraints)
      guard complement.isFinite else { return nil }
      let relative = complement / (1 + abs(objective))
      if converged == nil, relative <= tolerance,
        NormalEquations.greatestMagnitude(primalResidual, rows) <= tolerance * boundSize,
        NormalEquations.greatestMagnitude(dualResidual, columns) <= tolerance * costSize
      {
        converged = iteration
      }
      let isSettled = updateSupport() && relative <= Self.settledComplement
      if isSettled || converged != nil, polish(constraints) { return iteration }
      if let converged, iteration >= converged + Self.extraIterations { return converged }
      guard iteration < maxIterations else { break }
      guard step(constraints, mean: complement / Double(columns)) else { break }
    }
    return converged
  }

  /// From here on a support that two iterations agree on is worth a try: the polish proves or refutes
  /// it.
  private static let settledComplement = 1e-2
  /// Iterations beyond convergence in search of the support, which small costs of small variables hide.
  private static let extraIterations = 6
}
