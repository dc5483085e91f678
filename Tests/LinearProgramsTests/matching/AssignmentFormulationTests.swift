import CombinatorialLosses
import LinearPrograms
import TestSupport
import Testing

/// Theorem 1 on the assignment problem: the linear program has the same value, and its solution is an
/// element of the same generalized gradient as the matching of the combinatorial solver.
struct AssignmentFormulationTests {
  @Test(arguments: AssignmentFamily.allCases, [(1, 1), (3, 3), (5, 5), (2, 6), (7, 4), (12, 12)])
  func theLinearProgramHasTheValueOfTheMatching(
    family: AssignmentFamily, size: (Int, Int)
  ) throws {
    var random = SeededRandom(seed: 1)
    let (rows, columns) = size
    for trial in 0..<5 {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      for unmatchedCost in [nil, 0.4] as [Double?] {
        let problem = Assignment(unmatchedCost: unmatchedCost)
        let model = try problem.linearModel(costs, rows: rows, columns: columns)
        let solution = try expectTheoremOne(model, "\(family) \(size), trial \(trial)") {
          () throws(CombinatorialError) in
          let matching = try problem.solve(costs, rows: rows, columns: columns)
          let pairs = indicator(
            of: cells(matching.columnOfRow, columns: columns), count: costs.count)
          let bins = [matching.columnOfRow, matching.rowOfColumn].flatMap(unmatched(_:))
          return ProgramOptimum(
            value: matching.value, primal: pairs + (unmatchedCost == nil ? [] : bins),
            dual: matching.rowPotentials + matching.columnPotentials)
        }
        // A vertex of the polytope is a matching.
        #expect((solution?.primal ?? []).allSatisfy { min(abs($0), abs($0 - 1)) < 1e-9 })
      }
    }
  }

  @Test func uniqueMatchingsHaveTheSameGradient() throws {
    var random = SeededGenerator(seed: 2)
    let costs = try Tensor.random(uniform: [8, 6, 6], in: 0...5, using: &random)
    let model = try LinearModel.assignment(.init(repeating: 0, count: 36), rows: 6, columns: 6)
    try expectSameGradients([costs], of: model) { try Assignment().optimalValue($0[0]) }
  }

  @Test func wrongCountsAreRefused() {
    func refusal(_ rows: Int, _ columns: Int, found: Int) -> LinearProgramError {
      .shapeMismatch(expected: "costs for \(rows) rows and \(columns) columns", found: "\(found)")
    }
    #expect(throws: refusal(2, 2, found: 3)) {
      try LinearModel.assignment([1, 2, 3], rows: 2, columns: 2)
    }
    #expect(throws: refusal(.max, 3, found: 0)) {
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
