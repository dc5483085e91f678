import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on the assignment problem: the linear program has the same value, and its solution is an
/// element of the same generalised gradient as the matching of the combinatorial solver.
struct AssignmentFormulationTests {
  @Test(arguments: AssignmentFamily.allCases, [(1, 1), (3, 3), (5, 5), (2, 6), (7, 4), (12, 12)])
  func theLinearProgramHasTheValueOfTheMatching(
    family: AssignmentFamily, size: (Int, Int)
  ) throws {
    var random = SeededRandom(seed: 1)
    let (rows, columns) = size
    for trial in 0..<5 {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      for unmatched in [nil, 0.4] as [Double?] {
        let problem = Assignment(unmatchedCost: unmatched)
        let model = try problem.linearModel(costs, rows: rows, columns: columns)
        let matching: AssignmentSolution
        do throws(CombinatorialError) {
          matching = try problem.solve(costs, rows: rows, columns: columns)
        } catch {
          #expect(error == .infeasible(batch: 0))
          #expect(throws: LinearProgramError.infeasible(batch: 0)) {
            try LinearProgram().solve(model)
          }
          continue
        }
        let solution = try LinearProgram().solve(model)
        solution.expectCertificate("\(family) \(size), trial \(trial)")
        #expect(isClose(solution.value, matching.value), "\(family) \(size), trial \(trial)")
        try expectSameSubdifferential(matching, solution, costs, rows, columns, unmatched)
      }
    }
  }

  /// Both are optimal for the same costs, so their convex combinations are too: neither value exceeds
  /// the other's at the costs, and the potentials of one price the matching of the other exactly.
  private func expectSameSubdifferential(
    _ matching: AssignmentSolution, _ solution: LinearProgramSolution, _ costs: [Double],
    _ rows: Int, _ columns: Int, _ unmatched: Double?
  ) throws {
    let pairs = solution.primal[..<(rows * columns)]
    // A vertex of the polytope is a matching.
    #expect(pairs.allSatisfy { min(abs($0), abs($0 - 1)) < 1e-9 })
    for (row, column) in matching.columnOfRow.enumerated() where column >= 0 {
      let cell = row * columns + Int(column)
      #expect(abs(solution.reducedCosts[cell]) < 1e-7)
    }
    for (cell, share) in pairs.enumerated() where share > 0.5 {
      let (row, column) = (cell / columns, cell % columns)
      let price = matching.rowPotentials[row] + matching.columnPotentials[column]
      #expect(isClose(price, costs[cell], 1e-9))
    }
    let price = zip(pairs, costs).reduce(0) { $1.0 > 0.5 ? $0 + $1.1 : $0 }
    let left = Double(rows + columns) - 2 * pairs.reduce(0, +)
    #expect(isClose(price + (unmatched ?? 0) * left, matching.value))
  }

  @Test func uniqueMatchingsHaveTheSameGradient() throws {
    var random = SeededGenerator(seed: 2)
    let size = 6
    let costs = try Tensor.random(uniform: [8, size, size], in: 0...5, using: &random)
      .requiringGradient()
    let combinatorial = try Assignment().optimalValue(costs)
    let model = try LinearModel.assignment(
      .init(repeating: 0, count: size * size), rows: size, columns: size)
    let linear = try FeasiblePolyhedron(of: model).optimalValue(
      costs.reshaped([8, size * size]))
    #expect(
      zip(combinatorial.scalars, linear.scalars).allSatisfy { abs($0 - $1) <= 1e-6 * abs($0) })
    let gradients = try [combinatorial, linear].map {
      try $0.sum().gradients(of: [costs])[0].scalars
    }
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func wrongCountsAreRefused() {
    #expect(throws: LinearProgramError.self) {
      try LinearModel.assignment([1, 2, 3], rows: 2, columns: 2)
    }
    #expect(throws: LinearProgramError.self) {
      try LinearModel.assignment([], rows: .max, columns: 3)
    }
    #expect(throws: LinearProgramError.invalidCost(batch: 0, column: 1, value: -.infinity)) {
      try LinearProgram().solve(.assignment([1, -.infinity], rows: 1, columns: 2))
    }
  }

  @Test func emptyProblemsHaveValueZero() throws {
    for (rows, columns) in [(0, 0), (0, 3), (3, 0)] {
      let model = try LinearModel.assignment([], rows: rows, columns: columns)
      #expect(try LinearProgram().solve(model).value == 0)
    }
  }
}
