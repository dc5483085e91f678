import LinearPrograms
import TestSupport
import Testing

/// dz*/dc = u*, dz*/db = v*, dz*/dA = -v* u*^T against the value of moved programs, in double precision.
struct OptimalValueDerivativeTests {
  private func value(
    _ program: RandomProgram, _ change: (inout RandomProgram) -> Void
  ) throws(LinearProgramError) -> Double {
    var moved = program
    change(&moved)
    return try LinearProgram().solve(
      costs: moved.costs, constraints: moved.constraints, bounds: moved.bounds
    ).value
  }

  private func direction(_ count: Int, using random: inout SeededRandom) -> [Double] {
    (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
  }

  private func product(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// z* is concave in c: z*(c + t h) <= z*(c) + t u* . h for every t, however degenerate.
  @Test(arguments: Degeneracy.allCases)
  func theSolutionIsASupergradientInTheCosts(degeneracy: Degeneracy) throws {
    // Other costs may make the program unbounded, where the value is -infinity.
    try compare(\.costs, \.primal, degeneracy, seed: 1) { moved, bound in
      moved <= bound + 1e-9 * max(1, abs(bound))
    }
  }

  /// z* is convex in b: z*(b + t h) >= z*(b) + t v* . h for every t, however degenerate.
  @Test(arguments: Degeneracy.allCases)
  func theDualIsASubgradientInTheBounds(degeneracy: Degeneracy) throws {
    // Other bounds may make the program infeasible, where the value is +infinity.
    try compare(\.bounds, \.dual, degeneracy, seed: 2) { moved, bound in
      moved >= bound - 1e-8 * max(1, abs(bound))
    }
  }

  /// Moves some numbers of programs along random directions: what the derivative says bounds the value there.
  private func compare(
    _ numbers: WritableKeyPath<RandomProgram, [Double]>,
    _ derivative: KeyPath<LinearProgramSolution, [Double]>, _ degeneracy: Degeneracy, seed: UInt64,
    isBounded: (_ moved: Double, _ bound: Double) -> Bool
  ) throws {
    var random = SeededRandom(seed: seed)
    var compared = 0
    for trial in 0..<100 {
      let rows = Int.random(in: 1...5, using: &random)
      let program = RandomProgram(rows: rows, columns: 2 * rows + 1, degeneracy, using: &random)
      let solution = try LinearProgram().solve(program.model())
      let change = direction(program[keyPath: numbers].count, using: &random)
      for step in [1, -1, 0.1, -0.1, 1e-4, -1e-4] {
        guard
          let moved = try? value(
            program,
            { $0[keyPath: numbers] = zip($0[keyPath: numbers], change).map { $0 + step * $1 } })
        else { continue }
        let bound = solution.value + step * product(solution[keyPath: derivative], change)
        #expect(isBounded(moved, bound), "trial \(trial), step \(step)")
        compared += 1
      }
    }
    #expect(compared > 200)
  }

  /// In A the value is neither. Its derivative along H is the least over the optimal u, of the greatest
  /// over the optimal v, of -v^T H u: exact if both are unique, a bound from above if v is, and from
  /// below if u is.
  @Test(arguments: [Degeneracy.none, .dual, .primal])
  func theOuterProductIsTheDerivativeInTheConstraints(degeneracy: Degeneracy) throws {
    var random = SeededRandom(seed: 3)
    let step = 1e-6
    var compared = 0
    for trial in 0..<100 {
      let rows = Int.random(in: 1...5, using: &random)
      let program = RandomProgram(rows: rows, columns: 2 * rows + 1, degeneracy, using: &random)
      let solution = try LinearProgram().solve(program.model())
      let change = direction(rows * program.columns, using: &random)
      for sign in [1.0, -1.0] {
        guard
          let moved = try? value(
            program,
            { $0.constraints = zip($0.constraints, change).map { $0 + sign * step * $1 } })
        else {
          // At a vertex where other bases meet, moving A can leave nothing feasible or bounded.
          #expect(degeneracy != .none, "trial \(trial)")
          continue
        }
        var predicted = 0.0
        for (row, dual) in solution.dual.enumerated() {
          for (column, primal) in solution.primal.enumerated() {
            predicted -= sign * dual * primal * change[row * program.columns + column]
          }
        }
        let slope = (moved - solution.value) / step
        // Two values that are off by 1e-9, as `isClose` says, over the step.
        let tolerance = 1e-9 / step * max(1, abs(predicted))
        if degeneracy != .primal { #expect(slope <= predicted + tolerance, "trial \(trial)") }
        if degeneracy != .dual { #expect(slope >= predicted - tolerance, "trial \(trial)") }
        compared += 1
      }
    }
    #expect(compared > 100)
  }

  /// The multipliers of the general form are derivatives by the bounds that are active: central
  /// differences in every bound, cost and coefficient of programs in general position.
  @Test func everyNumberOfTheGeneralFormHasItsDerivative() throws {
    var compared = 0
    let solutions = try RandomGeneralProgram.solutions(150, rows: 3, columns: 4, seed: 4)
    for (trial, solution) in solutions {
      for probe in columnProbes(solution) + rowProbes(solution) {
        guard let slope = try slope(of: solution, along: probe.move) else { continue }
        #expect(isClose(slope, probe.expected, 1e-3), "\(probe.name) of trial \(trial)")
        compared += 1
      }
    }
    #expect(compared > 1000)
  }

  /// A number of a program, the value's derivative by it, and how to move it.
  private struct Probe {
    let name: String
    let expected: Double
    let move: (inout LinearModel, Double) throws -> Void
  }

  /// The difference quotient; nil at a kink, where the two sides differ, and where one has no value.
  private func slope(
    of solution: LinearProgramSolution, along move: (inout LinearModel, Double) throws -> Void
  ) throws -> Double? {
    let step = 1e-5
    var values: [Double] = []
    for signed in [step, -step] {
      var moved = solution.model
      try move(&moved, signed)
      guard let value = try? LinearProgram().solve(moved).value else { return nil }
      values.append(value)
    }
    let slopes = [(values[0] - solution.value) / step, (solution.value - values[1]) / step]
    return isClose(slopes[0], slopes[1], 1e-3) ? slopes[0] : nil
  }

  private func columnProbes(_ solution: LinearProgramSolution) -> [Probe] {
    let model = solution.model
    return model.costs.indices.flatMap { column in
      [
        Probe(name: "cost \(column)", expected: solution.primal[column]) { $0.costs[column] += $1 }
      ]
        + boundProbes(
          "variable \(column)", model.sense, solution.reducedCosts[column],
          isFixed: model.lower[column] == model.upper[column],
          moveLower: { $0.lower[column] += $1 }, moveUpper: { $0.upper[column] += $1 })
    }
  }

  private func rowProbes(_ solution: LinearProgramSolution) -> [Probe] {
    let model = solution.model
    let columns = model.costs.count
    return model.rowLower.indices.flatMap { row in
      model.costs.indices.map { column in
        Probe(
          name: "coefficient \(row), \(column)",
          expected: -solution.dual[row] * solution.primal[column]
        ) {
          var dense = $0.constraints.dense
          dense[row * columns + column] += $1
          $0.constraints = try ConstraintMatrix(
            dense: dense, rows: model.rowLower.count, columns: columns)
        }
      }
        + boundProbes(
          "row \(row)", model.sense, solution.dual[row],
          isFixed: model.rowLower[row] == model.rowUpper[row],
          moveLower: { $0.rowLower[row] += $1 }, moveUpper: { $0.rowUpper[row] += $1 })
    }
  }

  private func boundProbes(
    _ name: String, _ sense: OptimizationSense, _ multiplier: Double, isFixed: Bool,
    moveLower: @escaping (inout LinearModel, Double) -> Void,
    moveUpper: @escaping (inout LinearModel, Double) -> Void
  ) -> [Probe] {
    if isFixed {
      return [
        Probe(name: "\(name), both bounds", expected: multiplier) {
          moveLower(&$0, $1)
          moveUpper(&$0, $1)
        }
      ]
    }
    let isLowerActive = (multiplier > 0) == (sense == .minimize)
    return [
      Probe(name: "\(name), lower", expected: isLowerActive ? multiplier : 0, move: moveLower),
      Probe(name: "\(name), upper", expected: isLowerActive ? 0 : multiplier, move: moveUpper),
    ]
  }
}
