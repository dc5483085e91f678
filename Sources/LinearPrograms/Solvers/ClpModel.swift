internal import CCombinatorialClp
internal import CCombinatorialOpenBLAS

/// A model inside Clp: one problem at a time, on one thread at a time.
final class ClpModel {
  /// What a run of the simplex method came to.
  enum Status {
    case optimal
    case infeasible
    case unbounded
    case iterationLimit
    case abandoned(code: Int)
  }

  /// Clp factorizes dense blocks by LAPACK, whose threads would fight with Dispatch's. For the whole
  /// process.
  private static let setUp: Void = openblas_set_num_threads(1)

  private let pointer: UnsafeMutableRawPointer
  private let rows, columns: Int
  private let sign: Double

  /// Copies a valid model into Clp. Maximisation becomes the minimization of the negated costs.
  init(_ model: LinearModel, options: LinearProgram) {
    _ = Self.setUp
    pointer = Clp_newModel()
    rows = model.constraints.rows
    columns = model.constraints.columns
    sign = model.sense.sign
    Clp_setLogLevel(pointer, 0)
    load(model)
    Clp_setPrimalTolerance(pointer, options.primalTolerance)
    Clp_setDualTolerance(pointer, options.dualTolerance)
    if let limit = options.maxIterations {
      Clp_setMaximumIterations(pointer, Int32(clamping: limit))
    }
    if !Self.needsScaling(model.constraints) { Clp_scaling(pointer, 0) }
  }

  deinit { Clp_deleteModel(pointer) }

  private func load(_ model: LinearModel) {
    let matrix = model.constraints
    let isStandardForm = model.rowLower == model.rowUpper
    let rowLower = Self.finite(model.rowLower)
    Clp_loadProblem(
      pointer, Int32(columns), Int32(rows), matrix.columnStarts, matrix.rowIndices, matrix.values,
      Self.finite(model.lower), Self.finite(model.upper), signedCosts(model.costs), rowLower,
      isStandardForm ? rowLower : Self.finite(model.rowUpper))
  }

  private func signedCosts(_ costs: [Double]) -> [Double] {
    sign == 1 ? costs : costs.map { -$0 }
  }

  /// Clp's infinity is the greatest finite number.
  private static func finite(_ bounds: [Double]) -> [Double] {
    bounds.map { max(-Double.greatestFiniteMagnitude, min($0, .greatestFiniteMagnitude)) }
  }

  /// Whether coefficients differ so much that scaling pays for its time.
  private static func needsScaling(_ matrix: ConstraintMatrix) -> Bool {
    var (least, greatest) = (Double.infinity, 0.0)
    for value in matrix.values {
      least = min(least, abs(value))
      greatest = max(greatest, abs(value))
    }
    return greatest > 10 * least
  }

  // MARK: Changes in place

  func setCosts(_ costs: [Double]) { Clp_chgObjCoefficients(pointer, signedCosts(costs)) }

  func setRowBounds(lower: [Double], upper: [Double]) {
    Clp_chgRowLower(pointer, Self.finite(lower))
    Clp_chgRowUpper(pointer, Self.finite(upper))
  }

  func setVariableBounds(lower: [Double], upper: [Double]) {
    Clp_chgColumnLower(pointer, Self.finite(lower))
    Clp_chgColumnUpper(pointer, Self.finite(upper))
  }

  /// Forgets the basis: the next run starts from that of the rows, all variables at a bound.
  func resetBasis(of model: LinearModel) {
    for row in 0..<rows { Clp_setRowStatus(pointer, Int32(row), ClpStatus.basic) }
    for column in 0..<columns {
      let status =
        model.lower[column].isFinite
        ? ClpStatus.atLower : model.upper[column].isFinite ? ClpStatus.atUpper : ClpStatus.free
      Clp_setColumnStatus(pointer, Int32(column), status)
    }
  }
}

/// Clp's codes, as in ClpSimplex.hpp.
private enum ClpStatus {
  static let free: Int32 = 0
  static let basic: Int32 = 1
  static let atUpper: Int32 = 2
  static let atLower: Int32 = 3
}

extension ClpModel {
  // MARK: Solving

  /// Runs Clp on `model`, the one it holds, and settles what it leaves open.
  func run(_ model: LinearModel, _ method: LinearProgram.Method) -> (Status, iterations: Int) {
    start(method, model)
    var iterations = Int(Clp_numberIterations(pointer))
    if Clp_status(pointer) == 0, Clp_secondaryStatus(pointer) > 1 {
      // Optimal for the scaled problem only.
      Clp_scaling(pointer, 0)
      Clp_primal(pointer, 0)
      iterations += Int(Clp_numberIterations(pointer))
    }
    if Clp_status(pointer) >= 4 {
      if hasImpossibleRow(model) { return (.infeasible, iterations) }
      iterations += solveAgain(model)
    }
    if Clp_status(pointer) == 1 || Clp_status(pointer) == 2 {
      iterations += tellInfeasibleFromUnbounded(model)
    }
    return (status(), iterations)
  }

  /// After Clp gave up: another method, then without scaling and basis.
  ///
  /// - Returns: The iterations.
  private func solveAgain(_ model: LinearModel) -> Int {
    if Self.canPresolve(model) { Clp_initialSolve(pointer) } else { Clp_primal(pointer, 0) }
    var iterations = Int(Clp_numberIterations(pointer))
    if Clp_status(pointer) >= 4 {
      Clp_scaling(pointer, 0)
      resetBasis(of: model)
      Clp_dual(pointer, 0)
      iterations += Int(Clp_numberIterations(pointer))
    }
    return iterations
  }

  /// Where both the program and its dual are infeasible, and sometimes where only one is, Clp's
  /// status may be either. Without costs a program cannot be unbounded, and from a feasible point the
  /// primal method either finds the optimum or a ray.
  ///
  /// - Returns: The iterations.
  private func tellInfeasibleFromUnbounded(_ model: LinearModel) -> Int {
    let claim = Clp_status(pointer)
    setCosts([Double](repeating: 0, count: columns))
    resetBasis(of: model)
    Clp_primal(pointer, 0)
    var iterations = Int(Clp_numberIterations(pointer))
    let outcome = Clp_status(pointer)
    setCosts(model.costs)
    guard outcome == 0 else {
      // Where this run came to nothing, what the first one said stands.
      if outcome >= 4 { Clp_setProblemStatus(pointer, claim) }
      return iterations
    }
    Clp_primal(pointer, 0)
    iterations += Int(Clp_numberIterations(pointer))
    // The point at hand is feasible, so what is wrong is the dual.
    if Clp_status(pointer) == 1 { Clp_setProblemStatus(pointer, 2) }
    return iterations
  }

  /// Whether a row cannot meet its bounds, whatever the variables are within theirs: a row without
  /// entries that demands something, above all. Clp gives up on these instead of calling them infeasible.
  private func hasImpossibleRow(_ model: LinearModel) -> Bool {
    var least = [Double](repeating: 0, count: rows)
    var greatest = least
    // Rounding of the sums must not make a row impossible.
    var slack = least
    let matrix = model.constraints
    for column in 0..<columns {
      for entry in Int(matrix.columnStarts[column])..<Int(matrix.columnStarts[column + 1]) {
        let (row, value) = (Int(matrix.rowIndices[entry]), matrix.values[entry])
        let ends = [value * model.lower[column], value * model.upper[column]]
        least[row] += min(ends[0], ends[1])
        greatest[row] += max(ends[0], ends[1])
        slack[row] += ends.reduce(0) { $0 + ($1.isFinite ? abs($1) : 0) }
      }
    }
    return (0..<rows).contains { row in
      let slack = Clp_primalTolerance(pointer) + 1e-12 * slack[row]
      return greatest[row] < model.rowLower[row] - slack || least[row] > model.rowUpper[row] + slack
    }
  }

  /// Whether numbers are near enough to each other for Clp's presolve, assertions of which end the
  /// process where they are not (Clp 1.17, coefficients of 1e15 and more).
  private static func canPresolve(_ model: LinearModel) -> Bool {
    let coefficients = model.constraints.values.lazy.map { abs($0) }
    let bounds = [model.rowLower, model.rowUpper, model.lower, model.upper].lazy.joined()
    return coefficients.allSatisfy { (1e-9...1e9).contains($0) }
      && bounds.allSatisfy { $0.isInfinite || abs($0) < 1e12 }
  }

  private func start(_ method: LinearProgram.Method, _ model: LinearModel) {
    switch method {
    case .presolved where !Self.canPresolve(model): Clp_dual(pointer, 0)
    case .dualSimplex: Clp_dual(pointer, 0)
    case .primalSimplex: Clp_primal(pointer, 0)
    case .crashedDualSimplex:
      // Flips variables across gaps of up to 1000 between their bounds; simple pivoting.
      Clp_crash(pointer, 1000, 1)
      Clp_dual(pointer, 0)
    case .presolved: Clp_initialSolve(pointer)
    }
  }

  private func status() -> Status {
    switch Clp_status(pointer) {
    case 0: .optimal
    case 1: .infeasible
    case 2: .unbounded
    case 3: .iterationLimit
    case let code: .abandoned(code: Int(code))
    }
  }

  // MARK: Results

  /// The optimum that Clp has found for `model`, the one it holds.
  func solution(of model: LinearModel, iterations: Int) -> LinearProgramSolution {
    let primal = array(Clp_primalColumnSolution(pointer), columns)
    let activities = array(Clp_primalRowSolution(pointer), rows)
    return LinearProgramSolution(
      model: model,
      primal: primal,
      rowActivities: activities,
      dual: signed(Clp_dualRowSolution(pointer), rows),
      reducedCosts: signed(Clp_dualColumnSolution(pointer), columns),
      columnStatus: (0..<columns).map { column in
        Clp_getColumnStatus(pointer, Int32(column)) == ClpStatus.basic
          ? .basic
          : BasisStatus(
            nonbasic: primal[column], lower: model.lower[column], upper: model.upper[column])
      },
      rowStatus: (0..<rows).map { row in
        Clp_getRowStatus(pointer, Int32(row)) == ClpStatus.basic
          ? .basic
          : BasisStatus(
            nonbasic: activities[row], lower: model.rowLower[row], upper: model.rowUpper[row])
      },
      iterations: iterations)
  }

  private func array(_ values: UnsafePointer<Double>?, _ count: Int) -> [Double] {
    [Double](UnsafeBufferPointer(start: values, count: values == nil ? 0 : count))
  }

  /// Duals of the minimization as derivatives of the value in the model's own sense.
  private func signed(_ values: UnsafePointer<Double>?, _ count: Int) -> [Double] {
    let values = array(values, count)
    return sign == 1 ? values : values.map { -$0 }
  }
}
