import LinearPrograms
import TestSupport
import Testing

struct LinearProgramSessionTests {
  @Test func aWarmStartFindsTheSameInFewerIterations() throws {
    var random = SeededRandom(seed: 1)
    var (warmIterations, coldIterations) = (0, 0)
    for trial in 0..<30 {
      var program = RandomProgram(rows: 8, columns: 20, .none, using: &random)
      let session = try LinearProgramSession(program.model())
      _ = try session.solve()
      for change in 0..<4 {
        if change % 2 == 0 {
          for column in program.costs.indices {
            program.costs[column] *= Double.random(in: 0.97...1.03, using: &random)
          }
          try session.setCosts(program.costs)
        } else {
          for row in program.bounds.indices {
            program.bounds[row] *= Double.random(in: 0.97...1.03, using: &random)
          }
          try session.setBounds(program.bounds)
        }
        let cold: LinearProgramSolution
        do throws(LinearProgramError) {
          cold = try LinearProgram().solve(session.model)
        } catch {
          #expect(throws: error) { try session.solve() }
          break
        }
        let warm = try session.solve()
        warm.expectCertificate("trial \(trial), change \(change)")
        #expect(isClose(warm.value, cold.value), "trial \(trial), change \(change)")
        warmIterations += warm.iterations
        coldIterations += cold.iterations
      }
    }
    #expect(warmIterations * 4 < coldIterations)
  }

  @Test func solvingAgainTakesNoIterations() throws {
    var random = SeededRandom(seed: 2)
    let program = RandomProgram(rows: 6, columns: 15, .none, using: &random)
    let session = try LinearProgramSession(program.model())
    let first = try session.solve()
    #expect(first.iterations > 0)
    let second = try session.solve()
    #expect(second.iterations == 0)
    #expect(second.primal == first.primal)
  }

  @Test func aColdStartIsLikeANewSession() throws {
    var random = SeededRandom(seed: 3)
    var model = try RandomProgram(rows: 6, columns: 15, .none, using: &random).model()
    let session = try LinearProgramSession(model)
    _ = try session.solve()
    model.costs = model.costs.map { $0 + Double.random(in: 0...3, using: &random) }
    try session.setCosts(model.costs)
    let cold = try session.solve(start: .cold)
    let fresh = try LinearProgram().solve(model)
    #expect(cold.iterations > 0)
    #expect(isClose(cold.value, fresh.value))
    #expect(zip(cold.primal, fresh.primal).allSatisfy { isClose($0, $1) })
  }

  @Test func costsAndAllBoundsMayChangeTogether() throws {
    var random = SeededRandom(seed: 4)
    var solved = 0
    for trial in 0..<40 {
      let first = try RandomGeneralProgram.model(rows: 4, columns: 6, using: &random)
      var second = try RandomGeneralProgram.model(rows: 4, columns: 6, using: &random)
      (second.constraints, second.sense, second.offset) =
        (first.constraints, first.sense, first.offset)
      let session = try LinearProgramSession(first)
      _ = try? session.solve()
      try session.setCosts(second.costs)
      try session.setRowBounds(lower: second.rowLower, upper: second.rowUpper)
      try session.setVariableBounds(lower: second.lower, upper: second.upper)
      #expect(session.model == second)
      let fresh = Result { () throws(LinearProgramError) in try LinearProgram().solve(second).value
      }
      let again = Result { () throws(LinearProgramError) in try session.solve().value }
      switch (fresh, again) {
      case (.success(let expected), .success(let found)):
        #expect(isClose(expected, found), "trial \(trial)")
        solved += 1
      case (.failure(let expected), .failure(let found)):
        #expect(expected == found, "trial \(trial)")
      default:
        Issue.record("trial \(trial): fresh \(fresh), session \(again)")
      }
    }
    #expect(solved > 5)
  }

  @Test func recoversFromAnInfeasibleProgram() throws {
    let session = try LinearProgramSession(
      standardForm(costs: [1, 2], constraints: [1, 1], bounds: [1]))
    try session.setBounds([-1])
    #expect(throws: LinearProgramError.infeasible(batch: 0)) { try session.solve() }
    try session.setBounds([3])
    #expect(try session.solve().value == 3)
  }

  @Test func badChangesLeaveTheSessionAsItWas() throws {
    let session = try LinearProgramSession(
      standardForm(costs: [1, 2], constraints: [1, 1], bounds: [1]))
    #expect(throws: LinearProgramError.self) { try session.setCosts([1]) }
    #expect(throws: LinearProgramError.self) { try session.setCosts([1, .nan]) }
    #expect(throws: LinearProgramError.self) { try session.setBounds([.infinity]) }
    #expect(throws: LinearProgramError.self) { try session.setRowBounds(lower: [2], upper: [1]) }
    #expect(throws: LinearProgramError.self) {
      try session.setVariableBounds(lower: [0], upper: [1])
    }
    #expect(throws: LinearProgramError.self) {
      try session.setVariableBounds(lower: [0, 3], upper: [1, 2])
    }
    #expect(try session.solve().value == 1)
    #expect(throws: LinearProgramError.self) {
      try LinearProgramSession(session.model, options: LinearProgram(primalTolerance: 1))
    }
  }
}
