import LinearPrograms
import TestSupport

/// A linear program in standard form with HiGHS's answer.
struct LinearProgramCase: Decodable, Sendable {
  let rows, columns: Int
  let constraints: [[Double]]
  let bounds, costs: [Double]
  let value: Double?
  let primal, dual: [Double]?
  let infeasible, unbounded: Bool?

  enum CodingKeys: String, CodingKey {
    case rows, columns, value, primal, dual, infeasible, unbounded
    case constraints = "A"
    case bounds = "b"
    case costs = "c"
  }

  static func all() throws -> [LinearProgramCase] {
    try Fixture<LinearProgramCase>("linear_program").cases
  }

  func model() throws -> LinearModel {
    try standardForm(costs: costs, constraints: constraints.flatMap(\.self), bounds: bounds)
  }
}

func standardForm(costs: [Double], constraints: [Double], bounds: [Double]) throws -> LinearModel {
  LinearModel(
    costs: costs,
    constraints: try ConstraintMatrix(dense: constraints, rows: bounds.count, columns: costs.count),
    bounds: bounds)
}

/// How the vertices of a random program meet.
enum Degeneracy: CaseIterable, Sendable {
  /// Real numbers in general position: one optimal basis.
  case none
  /// Small integers: several bases at a vertex and several optimal vertices are common.
  case integers
  /// Basic variables that are 0: several optimal dual solutions.
  case primal
  /// Reduced costs that are 0: several optimal primal solutions.
  case dual
}

/// Random programs in standard form that are feasible and bounded, because they are made from a
/// primal and a dual solution.
struct RandomProgram {
  let rows, columns: Int
  var costs, constraints, bounds: [Double]

  init(
    rows: Int, columns: Int, _ degeneracy: Degeneracy, using random: inout SeededRandom
  ) {
    (self.rows, self.columns) = (rows, columns)
    func number(_ range: ClosedRange<Double>) -> Double {
      let value = Double.random(in: range, using: &random)
      return degeneracy == .integers ? value.rounded() : value
    }
    constraints = (0..<rows * columns).map { _ in number(-2...2) }
    // As many basic variables as rows, at random places.
    let order = (0..<columns).shuffled(using: &random)
    var primal = [Double](repeating: 0, count: columns)
    var reduced = (0..<columns).map { _ in number(0.5...2) }
    for (position, column) in order.prefix(rows).enumerated() {
      primal[column] = degeneracy == .primal && position % 2 == 0 ? 0 : number(0.5...2)
      reduced[column] = 0
    }
    if degeneracy == .dual {
      for column in order.dropFirst(rows).prefix(2) { reduced[column] = 0 }
    }
    let dual = (0..<rows).map { _ in number(-1...1) }
    let matrix = constraints
    bounds = (0..<rows).map { row -> Double in
      (0..<columns).reduce(0.0) { $0 + matrix[row * columns + $1] * primal[$1] }
    }
    costs = (0..<columns).map { column -> Double in
      (0..<rows).reduce(reduced[column]) { $0 + matrix[$1 * columns + column] * dual[$1] }
    }
  }

  func model() throws -> LinearModel {
    try standardForm(costs: costs, constraints: constraints, bounds: bounds)
  }
}

/// Random programs in the general form, of every kind of row and variable.
enum RandomGeneralProgram {
  static func bounds(around value: Double, using random: inout SeededRandom) -> Bounds {
    let (below, above) = (
      value - Double.random(in: 0...2, using: &random),
      value + Double.random(in: 0...2, using: &random)
    )
    return switch Int.random(in: 0..<6, using: &random) {
    case 0: .equal(value)
    case 1: .atMost(above)
    case 2: .atLeast(below)
    case 3: .between(below, above)
    case 4: .between(value, above)
    default: .free
    }
  }

  /// The solutions of some programs: of those that have one.
  static func solutions(
    _ trials: Int, rows: Int, columns: Int, seed: UInt64
  ) throws -> [(trial: Int, solution: LinearProgramSolution)] {
    var random = SeededRandom(seed: seed)
    return try (0..<trials).compactMap { trial in
      let model = try model(rows: rows, columns: columns, using: &random)
      return (try? LinearProgram().solve(model)).map { (trial, $0) }
    }
  }

  /// A feasible program, which may be unbounded.
  static func model(
    rows: Int, columns: Int, using random: inout SeededRandom
  ) throws -> LinearModel {
    let dense = (0..<rows * columns).map { _ in
      Double.random(in: 0..<1, using: &random) < 0.4 ? 0 : Double.random(in: -2...2, using: &random)
    }
    let matrix = try ConstraintMatrix(dense: dense, rows: rows, columns: columns)
    let point = (0..<columns).map { _ in Double.random(in: -1...1, using: &random) }
    let activities = (0..<rows).map { row in
      (0..<columns).reduce(0) { $0 + dense[row * columns + $1] * point[$1] }
    }
    return LinearModel(
      sense: Bool.random(using: &random) ? .minimize : .maximize,
      costs: point.map { _ in Double.random(in: -1...1, using: &random) }, constraints: matrix,
      rows: activities.map { bounds(around: $0, using: &random) },
      variables: point.map { bounds(around: $0, using: &random) },
      offset: Double.random(in: -3...3, using: &random))
  }
}
