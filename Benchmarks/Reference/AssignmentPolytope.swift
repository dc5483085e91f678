internal import CCombinatorialClp

/// The assignment problem as a linear program inside Clp, called directly: one model for all problems of
/// a size, whose costs alone change.
///
///     min  sum_ij c[i][j] x[i][j]  subject to  sum_j x[i][j] = 1,  sum_i x[i][j] = 1,  x >= 0
final class AssignmentPolytope {
  /// How Clp goes about it; `lp-methods` cases time them against each other.
  enum Method: String, CaseIterable {
    case dual = "dual simplex"
    case primal = "primal simplex"
    /// From a basis that Clp's crash procedure guesses.
    case crashedDual = "crash, dual simplex"
    case crashedPrimal = "crash, primal simplex"
    /// From the optimal basis of the problem before.
    case warmPrimal = "warm primal simplex"
    /// From the optimal basis of the problem before.
    case warmDual = "warm dual simplex"
    /// Interior point, then crossover to a vertex.
    case barrier = "barrier, crossover"

    /// Those of which the fastest is the reference. Which it is depends on family and size; the others
    /// were slower wherever problems differ (`--filter lp-methods`).
    static let candidates = [Method.dual, .crashedDual, .crashedPrimal]
  }

  let size: Int
  private let model: UnsafeMutableRawPointer
  /// The basis of the rows, all variables at 0.
  private let coldBasis: [UInt8]
  private var hasBasis = false

  init(size: Int) {
    self.size = size
    model = Clp_newModel()
    coldBasis =
      [UInt8](repeating: Status.atLower, count: size * size)
      + [UInt8](repeating: Status.basic, count: 2 * size)
    Clp_setLogLevel(model, 0)
    let pairs = 0..<size * size
    let ones = [Double](repeating: 1, count: 2 * max(size, size * size))
    // Nil bounds of the variables: from 0 up.
    Clp_loadProblem(
      model, Int32(size * size), Int32(2 * size),
      pairs.map { Int32(2 * $0) } + [2 * Int32(pairs.count)],
      pairs.flatMap { [Int32($0 / size), Int32(size + $0 % size)] }, ones, nil, nil, nil, ones, ones
    )
    // All coefficients are 1.
    Clp_scaling(model, 0)
  }

  deinit { Clp_deleteModel(model) }

  /// Clp's codes, as in ClpSimplex.hpp.
  private enum Status {
    static let basic: UInt8 = 1
    static let atLower: UInt8 = 3
  }

  /// Solves one problem.
  ///
  /// - Parameter costs: `[size, size]`.
  func solve(_ costs: UnsafePointer<Double>, _ method: Method) throws {
    Clp_chgObjCoefficients(model, costs)
    if ![.warmPrimal, .warmDual].contains(method) || !hasBasis {
      Clp_copyinStatus(model, coldBasis)
    }
    switch method {
    case .dual, .warmDual: Clp_dual(model, 0)
    case .primal, .warmPrimal: Clp_primal(model, 0)
    case .crashedDual, .crashedPrimal:
      // Variables may cross gaps of up to 1000 between their bounds; simple pivoting.
      Clp_crash(model, 1000, 1)
      _ = method == .crashedDual ? Clp_dual(model, 0) : Clp_primal(model, 0)
    case .barrier: Clp_initialBarrierSolve(model)
    }
    hasBasis = true
    guard Clp_status(model) == 0 else {
      throw BenchmarksError.wrongResult("Clp stopped with status \(Clp_status(model))")
    }
  }

  /// The optimal value of the problem solved last.
  var value: Double { Clp_objectiveValue(model) }

  /// x* `[size, size]` of the problem solved last: the gradient of the value.
  var primal: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: Clp_primalColumnSolution(model), count: size * size)
  }

  /// Potentials of the rows, then of the columns, of the problem solved last.
  var dual: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: Clp_dualRowSolution(model), count: 2 * size)
  }
}
