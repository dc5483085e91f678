/// A linear program that is solved again and again with other costs or bounds.
///
/// Keeps the solver's model and its last optimal basis. When only costs changed, that basis is still
/// primal feasible and the primal simplex method goes on from it; when only bounds changed, it is
/// dual feasible and the dual method goes on. Usually that takes few iterations.
///
/// The value does not depend on the start. Among several optimal solutions, which one is found may.
///
/// A session belongs to one thread at a time.
public final class LinearProgramSession {
  /// Where a solve begins.
  public enum Start: Sendable, Hashable {
    /// At the last optimal basis, if there is one.
    case warm
    /// At the basis of the rows, as if nothing had been solved before.
    case cold
  }

  /// The solver's options.
  public let options: LinearProgram
  /// The program as it stands.
  public private(set) var model: LinearModel

  private let clp: ClpModel
  private var hasOptimalBasis = false
  private var boundsChanged = false

  /// A session on a program.
  ///
  /// - Throws: What is wrong with the model or the options.
  public init(
    _ model: LinearModel, options: LinearProgram = LinearProgram()
  ) throws(LinearProgramError) {
    try options.validateOptions()
    try model.validate()
    (self.options, self.model) = (options, model)
    clp = ClpModel(model, options: options)
  }

  /// Solves the program as it stands.
  ///
  /// - Throws: As ``LinearProgram/solve(_:)-(LinearModel)``. The session can still be used after it.
  public func solve(start: Start = .warm) throws(LinearProgramError) -> LinearProgramSolution {
    let isWarm = start == .warm && hasOptimalBasis
    if !isWarm { clp.resetBasis(of: model) }
    hasOptimalBasis = false
    let method: LinearProgram.Method =
      !isWarm ? options.method : boundsChanged ? .dualSimplex : .primalSimplex
    let solution = try clp.solve(model, method: method)
    hasOptimalBasis = true
    boundsChanged = false
    return solution
  }

  /// Replaces the costs, `[columns]`.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.invalidCost`; the session is unchanged then.
  public func setCosts(_ costs: [Double]) throws(LinearProgramError) {
    var changed = model
    changed.costs = costs
    try changed.validateCosts()
    model = changed
    clp.setCosts(costs)
  }

  /// Replaces the right-hand side of equality constraints, `[rows]`.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.invalidRowBounds`; the session is unchanged then.
  public func setBounds(_ bounds: [Double]) throws(LinearProgramError) {
    try setRowBounds(lower: bounds, upper: bounds)
  }

  /// Replaces the bounds of the rows, `[rows]` each.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.invalidRowBounds`; the session is unchanged then.
  public func setRowBounds(lower: [Double], upper: [Double]) throws(LinearProgramError) {
    var changed = model
    (changed.rowLower, changed.rowUpper) = (lower, upper)
    try changed.validateCounts(lower, upper, expected: model.constraints.rows, of: "rows")
    try changed.validateRowBounds()
    model = changed
    clp.setRowBounds(lower: lower, upper: upper)
    boundsChanged = true
  }

  /// Replaces the bounds of the variables, `[columns]` each.
  ///
  /// - Throws: `LinearProgramError.shapeMismatch`, `.invalidVariableBounds`; the session is unchanged
  ///   then.
  public func setVariableBounds(lower: [Double], upper: [Double]) throws(LinearProgramError) {
    var changed = model
    (changed.lower, changed.upper) = (lower, upper)
    try changed.validateCounts(lower, upper, expected: model.constraints.columns, of: "columns")
    try changed.validateVariableBounds()
    model = changed
    clp.setVariableBounds(lower: lower, upper: upper)
    boundsChanged = true
  }
}
