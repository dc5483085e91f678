/// Linear programs, solved exactly by the simplex method.
///
///     z* = min  c . u   subject to  A u = b,  u >= 0
///
/// and the general form of ``LinearModel``: rows that are at least, at most or equal to a bound or
/// between two, variables with any bounds, minimized or maximized. Everything is float64 inside.
///
/// A solution comes with its dual and a certificate (``LinearProgramSolution/dualityGap``), with the
/// optimal basis, and on request with the ranges in which the basis stays optimal
/// (``LinearProgramSolution/sensitivityRanges()``).
///
/// Ties: among several optimal vertices the answer depends on the problem alone, never on its place in
/// a batch or on threads.
///
/// Solver: Clp (J. Forrest and others, COIN-OR, doi:10.5281/zenodo.3748677).
public struct LinearProgram: Sendable, Hashable {
  /// How Clp goes about it. All give an optimal basis.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Dual simplex without presolve: the fastest for most small programs.
    case dualSimplex
    /// Primal simplex without presolve.
    case primalSimplex
    /// Dual simplex from a basis that a crash procedure guesses; helps on assignment polytopes.
    case crashedDualSimplex
    /// Presolve, and what Clp thinks best after it; for large sparse programs.
    case presolved
  }

  /// How Clp solves the program.
  public var method: Method
  /// How far outside its bounds a row or variable may be to count as feasible: 1e-10 … 1e-3.
  ///
  /// Redundant equations whose bounds were rounded to `Float` contradict each other by about 1e-7
  /// times their size; they need a tolerance above that.
  public var primalTolerance: Double
  /// How far on the wrong side of 0 a reduced cost may be to count as optimal: 1e-10 … 1e-3.
  public var dualTolerance: Double
  /// The most simplex iterations; nil: Clp's own limit of 2^31 - 1.
  public var maxIterations: Int?
  /// The most threads that a batch may use; nil: as many as there are cores.
  public var maxThreads: Int?

  /// A solver with the given options.
  public init(
    method: Method = .dualSimplex, primalTolerance: Double = 1e-9, dualTolerance: Double = 1e-9,
    maxIterations: Int? = nil, maxThreads: Int? = nil
  ) {
    (self.method, self.primalTolerance) = (method, primalTolerance)
    (self.dualTolerance, self.maxIterations) = (dualTolerance, maxIterations)
    self.maxThreads = maxThreads
  }

  /// Solves a program.
  ///
  /// - Throws: `LinearProgramError.infeasible`, `.unbounded`, `.iterationLimit`, `.numericalFailure`,
  ///   and what is wrong with the model.
  /// - Complexity: Exponential in the worst case, as the simplex method is; in practice about
  ///   rows + columns iterations of O(entries) each.
  public func solve(_ model: LinearModel) throws(LinearProgramError) -> LinearProgramSolution {
    try validateOptions()
    try model.validate()
    let clp = ClpModel(model, options: self)
    return try clp.solve(model, method: method)
  }

  /// Solves the standard form: minimize `costs . u` subject to A u = `bounds`, u >= 0.
  ///
  /// - Parameters:
  ///   - costs: `[columns]`: c.
  ///   - constraints: `[rows, columns]`, row by row: A.
  ///   - bounds: `[rows]`: b.
  /// - Throws: As ``solve(_:)-(LinearModel)``.
  public func solve(
    costs: [Double], constraints: [Double], bounds: [Double]
  ) throws(LinearProgramError) -> LinearProgramSolution {
    let matrix = try ConstraintMatrix(
      dense: constraints, rows: bounds.count, columns: costs.count)
    return try solve(LinearModel(costs: costs, constraints: matrix, bounds: bounds))
  }

  /// Solves a batch of programs, slices of it on several threads.
  ///
  /// - Throws: The error of the first program of the batch that has one.
  public func solve(
    _ models: [LinearModel]
  ) throws(LinearProgramError) -> [LinearProgramSolution] {
    try solve(batch: models.count) { item throws(LinearProgramError) in models[item] }
  }

  /// Solves the programs that `model` makes, on the threads that they are solved on.
  func solve(
    batch: Int, _ model: @Sendable (Int) throws(LinearProgramError) -> LinearModel
  ) throws(LinearProgramError) -> [LinearProgramSolution] {
    try Batch.map(batch, maxThreads: maxThreads, workspace: { () }) {
      item, _ throws(LinearProgramError) in try solve(try model(item))
    }
  }

  func validateOptions() throws(LinearProgramError) {
    for (name, value) in [("primal", primalTolerance), ("dual", dualTolerance)]
    where !(1e-10...1e-3).contains(value) {
      throw .invalidOption(expected: "a \(name) tolerance in 1e-10 ... 1e-3", found: "\(value)")
    }
    if let maxIterations, maxIterations < 0 {
      throw .invalidOption(expected: "an iteration limit of at least 0", found: "\(maxIterations)")
    }
  }
}

extension ClpModel {
  /// Runs Clp on `model`, the one it holds, and reads the optimum or the reason why there is none.
  func solve(
    _ model: LinearModel, method: LinearProgram.Method
  ) throws(LinearProgramError) -> LinearProgramSolution {
    let (status, iterations) = run(model, method)
    switch status {
    case .optimal: return solution(of: model, iterations: iterations)
    case .infeasible: throw .infeasible(batch: 0)
    case .unbounded: throw .unbounded(batch: 0)
    case .iterationLimit: throw .iterationLimit(batch: 0, iterations: iterations)
    case .abandoned(let code):
      throw .numericalFailure(batch: 0, reason: "Clp stopped with status \(code)")
    }
  }
}
