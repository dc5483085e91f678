/// Linear programs with a small quadratic term, whose solution varies continuously with the data:
///
///     min  c . u + (eps/2) |u|^2   subject to  A u = b,  u >= 0
///
/// The solution of a linear program is constant almost everywhere and has no useful derivative; that
/// of the smoothed program has one, by implicit differentiation of its optimality conditions (see
/// ``solution(costs:constraints:bounds:)-(Tensor,Tensor,Tensor)``). As eps falls to 0 the solution
/// tends to the least-norm solution of the linear program, and equals it from some eps > 0 on.
///
/// For gradients of the optimal value none of this is needed: see ``LinearProgram``.
///
/// Dense problems of moderate size, float64; problems of a batch run on several threads. A may have
/// dependent rows, as long as b agrees with them; the multipliers are not unique then.
///
/// B. Wilder, B. Dilkina, M. Tambe, Melding the data-decisions pipeline, AAAI 2019; B. Amos, J. Z.
/// Kolter, OptNet, ICML 2017; A. Agrawal et al., Differentiable convex optimization layers, NeurIPS
/// 2019; O. Mangasarian, R. Meyer, Nonlinear perturbation of linear programs, SIAM J. Control Optim. 17
/// (1979).
public struct SmoothedLinearProgram: Sendable, Hashable {
  /// eps, greater than 0.
  public var smoothing: Double
  /// How exactly the optimality conditions hold in the end, relative to the size of b, c and the
  /// objective: 1e-12 … 1e-2.
  public var tolerance: Double
  /// The most iterations of the interior point method.
  public var maxIterations: Int
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A smoothed program with the given options.
  public init(
    smoothing: Double, tolerance: Double = 1e-9, maxIterations: Int = 100, maxThreads: Int? = nil
  ) {
    (self.smoothing, self.tolerance) = (smoothing, tolerance)
    (self.maxIterations, self.maxThreads) = (maxIterations, maxThreads)
  }

  /// Solves one program.
  ///
  /// - Parameters:
  ///   - costs: `[columns]`: c.
  ///   - constraints: A.
  ///   - bounds: `[rows]`: b.
  /// - Throws: `LinearProgramError.infeasible`, `.iterationLimit`, `.numericalFailure`, and what is
  ///   wrong with the input.
  /// - Complexity: O(rows^3 + sum over columns of entries^2) time an iteration, of which there are
  ///   about ten to twenty; O(rows^2 + rows columns) memory.
  public func solve(
    costs: [Double], constraints: ConstraintMatrix, bounds: [Double]
  ) throws(LinearProgramError) -> SmoothedSolution {
    try validateOptions()
    let shared = try SmoothedConstraints(constraints)
    let solver = makeSolver(shared)
    return try solve(costs: costs, bounds: bounds, constraints: shared, with: solver)
  }

  func validateOptions() throws(LinearProgramError) {
    guard smoothing > 0, smoothing.isFinite else {
      throw .invalidOption(expected: "a smoothing greater than 0", found: "\(smoothing)")
    }
    guard (1e-12...1e-2).contains(tolerance) else {
      throw .invalidOption(expected: "a tolerance in 1e-12 ... 1e-2", found: "\(tolerance)")
    }
    guard maxIterations >= 0 else {
      throw .invalidOption(expected: "an iteration limit of at least 0", found: "\(maxIterations)")
    }
  }

  func makeSolver(_ constraints: SmoothedConstraints) -> InteriorPoint {
    InteriorPoint(
      rows: constraints.matrix.rows, columns: constraints.matrix.columns,
      scratchCount: constraints.matrix.rows * constraints.matrix.columns, smoothing: smoothing,
      tolerance: tolerance, maxIterations: maxIterations)
  }

  func solve(
    costs: [Double], bounds: [Double], constraints: SmoothedConstraints, with solver: InteriorPoint
  ) throws(LinearProgramError) -> SmoothedSolution {
    let model = LinearModel(costs: costs, constraints: constraints.matrix, bounds: bounds)
    try model.validate()
    solver.load(costs: costs, bounds: bounds)
    let iterations = solver.solve(constraints.operator)
    guard let iterations else { throw reason(for: model) }
    return SmoothedSolution(solver, costs: costs, iterations: iterations)
  }

  /// Why the interior point method did not converge. The smoothed program is never unbounded, so
  /// either no point is feasible or there was not enough room.
  private func reason(for model: LinearModel) -> LinearProgramError {
    var feasibility = model
    feasibility.costs = [Double](repeating: 0, count: model.costs.count)
    do throws(LinearProgramError) {
      _ = try LinearProgram().solve(feasibility)
    } catch {
      return error
    }
    return .iterationLimit(batch: 0, iterations: maxIterations)
  }
}

/// A matrix with its form for the interior point method.
struct SmoothedConstraints: Sendable {
  let matrix: ConstraintMatrix
  let `operator`: ConstraintOperator

  init(_ matrix: ConstraintMatrix) throws(LinearProgramError) {
    let (cells, overflow) = matrix.rows.multipliedReportingOverflow(by: matrix.columns)
    guard !overflow, cells <= Int(Int32.max), matrix.rows < 1 << 15 else {
      throw .sizeOverflow("a dense program of \(matrix.rows) rows and \(matrix.columns) columns")
    }
    self.matrix = matrix
    self.operator = ConstraintOperator(matrix)
  }
}
