public import CombinatorialSolvers

/// The solution of a transport problem from files, as one JSON object.
public struct TransportReport: Sendable, Hashable, Codable {
  /// What moves: from each row to each column, and how much.
  public struct Plan: Sendable, Hashable, Codable {
    /// Where from.
    public let rows: [Int]
    /// Where to.
    public let columns: [Int]
    /// How much.
    public let masses: [Double]
  }

  /// The derivatives of the value.
  public struct Gradient: Sendable, Hashable, Codable {
    /// The plan as a matrix.
    public let costs: [[Double]]
    /// The potentials of rows.
    public let supply: [Double]
    /// The potentials of columns.
    public let demand: [Double]
  }

  /// z*.
  public let value: Double
  /// The optimal plan.
  public let plan: Plan
  /// `[rows]`: u; see ``Transport``.
  public let rowPotentials: [Double]
  /// `[columns]`: v.
  public let columnPotentials: [Double]
  /// 0 up to rounding: the proof that no plan is cheaper.
  public let dualityGap: Double
  /// If it was asked for.
  public let gradient: Gradient?

  /// Solves the problem in three .npy files: costs [rows, columns], supply [rows] and demand [columns].
  ///
  /// If all are float32 they are solved as float32, else as float64; totals must agree to float32's
  /// rounding if one of the masses has it.
  /// - Parameters:
  ///   - costs: The file of the costs.
  ///   - supply: The file of what rows have.
  ///   - demand: The file of what columns want.
  ///   - problem: The options.
  ///   - includesGradient: Whether to report the plan as a matrix too.
  /// - Throws: ``AssignmentReportError``, which names the file, the cell and the reason.
  public init(
    costsAt costs: String, supplyAt supply: String, demandAt demand: String,
    problem: Transport = Transport(), includesGradient: Bool = false
  ) throws(AssignmentReportError) {
    let matrix = try Self.array(costs, axes: 2)
    let masses = (try Self.array(supply, axes: 1), try Self.array(demand, axes: 1))
    for (file, found, expected) in [
      (supply, masses.0.shape[0], matrix.shape[0]), (demand, masses.1.shape[0], matrix.shape[1]),
    ] where found != expected {
      throw .shape(file: file, expected: "\(expected) numbers, as \(costs) has", found: [found])
    }
    let solution: TransportSolution
    do throws(CombinatorialError) {
      if case (.float(let costs), .float(let supply), .float(let demand)) = (
        matrix.elements, masses.0.elements, masses.1.elements
      ) {
        solution = try problem.solve(costs, supply: supply, demand: demand)
      } else {
        var problem = problem
        if masses.0.isFloat || masses.1.isFloat, problem.balanceTolerance == nil {
          problem.balanceTolerance = 1e-5  // that of masses which were rounded to float32
        }
        solution = try problem.solve(
          matrix.doubles, supply: masses.0.doubles,
          demand: Self.demand(masses.1, balancing: masses.0, problem))
      }
    } catch {
      var file = costs
      if case .invalidMass(let side, _, _) = error.reason {
        file = side == .supply ? supply : demand
      }
      throw AssignmentReportError(error, file: file, isBatch: false)
    }
    let numbers = [solution.value, solution.dualityGap] + solution.rowPotentials
    guard (numbers + solution.columnPotentials).allSatisfy(\.isFinite) else {
      throw .overflow(file: costs, batch: nil)
    }
    self.init(solution, includesGradient: includesGradient)
  }

  private init(_ solution: TransportSolution, includesGradient: Bool) {
    value = solution.value
    plan = Plan(
      rows: solution.plan.map(\.row), columns: solution.plan.map(\.column),
      masses: solution.plan.map(\.mass))
    rowPotentials = solution.rowPotentials
    columnPotentials = solution.columnPotentials
    dualityGap = solution.dualityGap
    let (dense, columns) = (solution.densePlan, solution.columnPotentials.count)
    gradient =
      includesGradient
      ? Gradient(
        costs: solution.rowPotentials.indices.map {
          Array(dense[$0 * columns..<($0 + 1) * columns])
        }, supply: solution.rowPotentials, demand: solution.columnPotentials) : nil
  }

  /// The demand, scaled to the total of the supply where they differ by what rounding to float32 leaves
  /// and one of them was rounded so: solved as doubles, they would count as unbalanced.
  private static func demand(
    _ demand: NumPyArray, balancing supply: NumPyArray, _ problem: Transport
  ) -> [Double] {
    let masses = demand.doubles
    let isRounded = [demand, supply].contains { array in
      if case .float = array.elements { true } else { false }
    }
    let (total, needed) = (supply.doubles.reduce(0, +), masses.reduce(0, +))
    guard problem.imbalance == .refused, isRounded, needed > 0, (total / needed).isFinite,
      abs(total - needed) <= TransportMasses.tolerance(of: Float.self) * max(total, needed)
    else { return masses }
    return masses.map { $0 * (total / needed) }
  }

  private static func array(
    _ path: String, axes: Int
  ) throws(AssignmentReportError) -> NumPyArray {
    let array: NumPyArray
    do { array = try NumPyArray(contentsOf: path) } catch { throw .file(error) }
    guard array.shape.count == axes else {
      throw .shape(
        file: path, expected: axes == 1 ? "1 axis" : "\(axes) axes", found: array.shape)
    }
    return array
  }

  /// One line of JSON. Every number reads back as the same double.
  public func json() throws -> String { try JSON.line(self) }
}

extension NumPyArray {
  fileprivate var isFloat: Bool {
    if case .float = elements { true } else { false }
  }
}
