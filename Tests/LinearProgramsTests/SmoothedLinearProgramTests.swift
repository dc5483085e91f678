import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

struct SmoothedLinearProgramTests {
  /// A smoothed program with its answer.
  private struct Solved {
    let constraints: ConstraintMatrix
    let costs, bounds: [Double]
    let solution: SmoothedSolution

    init(
      _ smoothing: Double, costs: [Double], constraints: ConstraintMatrix, bounds: [Double]
    ) throws {
      (self.constraints, self.costs, self.bounds) = (constraints, costs, bounds)
      solution = try SmoothedLinearProgram(smoothing: smoothing).solve(
        costs: costs, constraints: constraints, bounds: bounds)
    }

    /// The greatest violation of the optimality conditions, which a strictly convex program's only
    /// solution satisfies, relative to costs and bounds.
    func violation(_ smoothing: Double) -> Double {
      var worst = 0.0
      let (u, y, s) = (solution.primal, solution.dual, solution.reducedCosts)
      let dense = constraints.dense
      let size = 1 + (costs + bounds).reduce(0) { max($0, abs($1)) }
      for row in bounds.indices {
        let activity = u.indices.reduce(0) { $0 + dense[row * u.count + $1] * u[$1] }
        worst = max(worst, abs(activity - bounds[row]))
      }
      for column in u.indices {
        let price = y.indices.reduce(0) { $0 + dense[$1 * u.count + column] * y[$1] }
        worst = max(
          worst, abs(costs[column] + smoothing * u[column] - price - s[column]), -u[column],
          -s[column], abs(u[column] * s[column]))
      }
      return worst / size
    }
  }

  @Test(arguments: Degeneracy.allCases, [1, 0.1, 1e-2, 1e-4])
  func theOptimalityConditionsHold(degeneracy: Degeneracy, smoothing: Double) throws {
    var random = SeededRandom(seed: 1)
    for trial in 0..<15 {
      let rows = Int.random(in: 1...6, using: &random)
      let columns = rows + Int.random(in: 1...10, using: &random)
      let program = RandomProgram(rows: rows, columns: columns, degeneracy, using: &random)
      let solved = try Solved(
        smoothing, costs: program.costs, constraints: program.model().constraints,
        bounds: program.bounds)
      #expect(solved.violation(smoothing) < 1e-8, "trial \(trial)")
    }
  }

  /// The matrix has dependent rows, and ties make many reduced costs 0.
  @Test(arguments: AssignmentFamily.allCases.filter { $0 != .forbidden }, [1, 0.05])
  func theAssignmentPolytopeIsSolved(family: AssignmentFamily, smoothing: Double) throws {
    var random = SeededRandom(seed: 2)
    for size in [1, 2, 4, 7] {
      let costs = family.costs(rows: size, columns: size, using: &random)
      let model = try LinearModel.assignment(costs, rows: size, columns: size)
      let solved = try Solved(
        smoothing, costs: costs, constraints: model.constraints, bounds: model.rowLower)
      #expect(solved.violation(smoothing) < 1e-9, "size \(size)")
    }
  }

  /// Over the unit simplex the solution is the projection of -c / eps, which sorting finds (Held,
  /// Wolfe, Crowder 1974).
  @Test(arguments: [1, 3, 20, 60])
  func theSimplexIsProjectedOn(columns: Int) throws {
    var random = SeededRandom(seed: 3)
    let matrix = try ConstraintMatrix(
      dense: .init(repeating: 1, count: columns), rows: 1, columns: columns)
    for smoothing in [2, 0.3, 0.01] {
      let costs = (0..<columns).map { _ in Double.random(in: -1...1, using: &random) }
      let target = costs.map { -$0 / smoothing }
      var (sum, shift) = (0.0, 0.0)
      for (position, value) in target.sorted(by: >).enumerated() {
        sum += value
        let candidate = (sum - 1) / Double(position + 1)
        if value > candidate { shift = candidate }
      }
      let solution = try SmoothedLinearProgram(smoothing: smoothing).solve(
        costs: costs, constraints: matrix, bounds: [1])
      let expected = target.map { max(0, $0 - shift) }
      #expect(zip(solution.primal, expected).allSatisfy { abs($0 - $1) < 1e-10 })
    }
  }

  /// Independent blocks make a sparse matrix, whose products and factors take another way.
  @Test func blocksAreSolvedAsIfAlone() throws {
    var random = SeededRandom(seed: 4)
    let blocks = (0..<8).map { _ in RandomProgram(rows: 2, columns: 5, .none, using: &random) }
    var entries: [(row: Int, column: Int, value: Double)] = []
    for (block, program) in blocks.enumerated() {
      for (position, value) in program.constraints.enumerated() {
        entries.append((block * 2 + position / 5, block * 5 + position % 5, value))
      }
    }
    let whole = try SmoothedLinearProgram(smoothing: 0.2).solve(
      costs: blocks.flatMap(\.costs),
      constraints: ConstraintMatrix(rows: 16, columns: 40, entries: entries),
      bounds: blocks.flatMap(\.bounds))
    let parts = try blocks.map {
      try SmoothedLinearProgram(smoothing: 0.2).solve(
        costs: $0.costs, constraints: $0.model().constraints, bounds: $0.bounds)
    }
    #expect(zip(whole.primal, parts.flatMap(\.primal)).allSatisfy { isClose($0, $1, 1e-8) })
    #expect(zip(whole.dual, parts.flatMap(\.dual)).allSatisfy { isClose($0, $1, 1e-7) })
    #expect(isClose(whole.value, parts.reduce(0) { $0 + $1.value }))
  }

  @Test func smoothingVanishesIntoTheLinearProgram() throws {
    var random = SeededRandom(seed: 5)
    for trial in 0..<15 {
      let program = RandomProgram(rows: 3, columns: 8, .none, using: &random)
      let linear = try LinearProgram().solve(program.model())
      var last = Double.infinity
      for smoothing in [10, 1, 0.1, 0.01, 1e-3, 1e-5] {
        let solution = try SmoothedLinearProgram(smoothing: smoothing).solve(
          costs: program.costs, constraints: program.model().constraints, bounds: program.bounds)
        let excess = solution.linearValue - linear.value
        #expect(excess >= -1e-8 && excess <= last + 1e-8, "trial \(trial), \(smoothing)")
        last = excess
      }
      #expect(last < 1e-8, "trial \(trial)")
    }
  }

  /// Central differences in double precision of w . u by every cost, coefficient and bound.
  @Test(arguments: [1, 0.1])
  func implicitGradientsAgreeWithDifferences(smoothing: Double) throws {
    var random = SeededRandom(seed: 6)
    let step = 1e-5
    for trial in 0..<10 {
      let program = RandomProgram(rows: 3, columns: 7, .none, using: &random)
      let weights = program.costs.map { _ in Double.random(in: -1...1, using: &random) }
      let smoothed = SmoothedLinearProgram(smoothing: smoothing)
      func loss(_ change: (inout RandomProgram) -> Void) throws -> Double {
        var moved = program
        change(&moved)
        let solution = try smoothed.solve(
          costs: moved.costs, constraints: moved.model().constraints, bounds: moved.bounds)
        return zip(weights, solution.primal).reduce(0) { $0 + $1.0 * $1.1 }
      }
      func check(
        _ part: WritableKeyPath<RandomProgram, [Double]>, _ gradient: [Double], _ name: String
      ) throws {
        for (position, expected) in gradient.enumerated() {
          let above = try loss { $0[keyPath: part][position] += step }
          let below = try loss { $0[keyPath: part][position] -= step }
          #expect(
            isClose((above - below) / (2 * step), expected, 1e-6),
            "\(name) \(position) of trial \(trial)")
        }
      }
      let constraints = try program.model().constraints
      let solution = try smoothed.solve(
        costs: program.costs, constraints: constraints, bounds: program.bounds)
      let gradients = try smoothed.pullback(weights, of: solution, constraints: constraints)
      try check(\.costs, gradients.costs, "cost")
      try check(\.constraints, gradients.constraints, "coefficient")
      try check(\.bounds, gradients.bounds, "bound")
    }
  }

  /// Dependent rows leave the derivative by the costs well defined.
  @Test func gradientsOnTheAssignmentPolytopeAgreeWithDifferences() throws {
    var random = SeededRandom(seed: 7)
    let size = 4
    let costs = (0..<size * size).map { _ in Double.random(in: 0...2, using: &random) }
    let model = try LinearModel.assignment(costs, rows: size, columns: size)
    let smoothed = SmoothedLinearProgram(smoothing: 1)
    let weights = costs.map { _ in Double.random(in: -1...1, using: &random) }
    func solve(_ costs: [Double]) throws -> SmoothedSolution {
      try smoothed.solve(costs: costs, constraints: model.constraints, bounds: model.rowLower)
    }
    let solution = try solve(costs)
    // Between vertices, so that there is something to differentiate.
    #expect(solution.primal.count { $0 > 1e-6 && $0 < 1 - 1e-6 } > 4)
    let gradients = try smoothed.pullback(weights, of: solution, constraints: model.constraints)
    for cell in costs.indices {
      let values = try [1e-5, -1e-5].map { step in
        var moved = costs
        moved[cell] += step
        return try zip(weights, solve(moved).primal).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(isClose((values[0] - values[1]) / 2e-5, gradients.costs[cell], 1e-6), "cell \(cell)")
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    let matrix = try ConstraintMatrix(dense: [1, 1], rows: 1, columns: 2)
    let smoothed = SmoothedLinearProgram(smoothing: 0.1)
    #expect(throws: LinearProgramError.infeasible(batch: 0)) {
      try smoothed.solve(costs: [1, 1], constraints: matrix, bounds: [-1])
    }
    let contradiction = try ConstraintMatrix(dense: [1, 1, 1, 1], rows: 2, columns: 2)
    #expect(throws: LinearProgramError.infeasible(batch: 0)) {
      try smoothed.solve(costs: [1, 1], constraints: contradiction, bounds: [1, 2])
    }
    #expect(throws: LinearProgramError.iterationLimit(batch: 0, iterations: 0)) {
      try SmoothedLinearProgram(smoothing: 0.1, maxIterations: 0).solve(
        costs: [1, 2], constraints: ConstraintMatrix(dense: [1, 3], rows: 1, columns: 2),
        bounds: [1])
    }
    #expect(throws: LinearProgramError.invalidCost(batch: 0, column: 1, value: .infinity)) {
      try smoothed.solve(costs: [1, .infinity], constraints: matrix, bounds: [1])
    }
    #expect(throws: LinearProgramError.self) {
      try smoothed.solve(costs: [1, 1], constraints: matrix, bounds: [.nan])
    }
    #expect(throws: LinearProgramError.self) {
      try smoothed.solve(costs: [1], constraints: matrix, bounds: [1])
    }
    for bad in [
      SmoothedLinearProgram(smoothing: 0), SmoothedLinearProgram(smoothing: .nan),
      SmoothedLinearProgram(smoothing: 1, tolerance: 0),
      SmoothedLinearProgram(smoothing: 1, maxIterations: -1),
    ] {
      #expect(throws: LinearProgramError.self) {
        try bad.solve(costs: [1, 1], constraints: matrix, bounds: [1])
      }
    }
    let solution = try smoothed.solve(costs: [1, 1], constraints: matrix, bounds: [1])
    #expect(throws: LinearProgramError.self) {
      try smoothed.pullback([1], of: solution, constraints: matrix)
    }
  }

  @Test func unboundedLinearProgramsHaveSmoothedSolutions() throws {
    // min -u0 + eps/2 |u|^2 with u0 = u1: u = 1 / (2 eps).
    let solution = try SmoothedLinearProgram(smoothing: 0.25).solve(
      costs: [-1, 0], constraints: ConstraintMatrix(dense: [1, -1], rows: 1, columns: 2),
      bounds: [0])
    #expect(solution.primal.allSatisfy { isClose($0, 2) })
    // Without rows each variable stands alone.
    let free = try SmoothedLinearProgram(smoothing: 0.25).solve(
      costs: [-1, 1], constraints: ConstraintMatrix(dense: [], rows: 0, columns: 2), bounds: [])
    #expect(zip(free.primal, [4, 0]).allSatisfy { isClose($0, $1) })
    let none = try SmoothedLinearProgram(smoothing: 0.25).solve(
      costs: [], constraints: ConstraintMatrix(dense: [], rows: 1, columns: 0), bounds: [0])
    #expect(none.primal.isEmpty)
  }
}
