import LinearPrograms
import TestSupport
import Testing

struct LinearProgramTests {
  @Test(arguments: LinearProgram.Method.allCases)
  func agreesWithHiGHS(method: LinearProgram.Method) throws {
    let solver = LinearProgram(method: method)
    for (number, fixture) in try LinearProgramCase.all().enumerated() {
      let model = try fixture.model()
      if fixture.infeasible == true {
        #expect(throws: LinearProgramError.infeasible(batch: 0)) { try solver.solve(model) }
      } else if fixture.unbounded == true {
        #expect(throws: LinearProgramError.unbounded(batch: 0)) { try solver.solve(model) }
      } else {
        let solution = try solver.solve(model)
        #expect(isClose(solution.value, try #require(fixture.value)), "case \(number)")
        // The optima of the fixture are unique.
        let (primal, dual) = try (#require(fixture.primal), #require(fixture.dual))
        #expect(zip(solution.primal, primal).allSatisfy { isClose($0, $1, 1e-8) }, "case \(number)")
        #expect(zip(solution.dual, dual).allSatisfy { isClose($0, $1, 1e-7) }, "case \(number)")
        solution.expectCertificate("case \(number)")
      }
    }
  }

  @Test(arguments: Degeneracy.allCases)
  func findsTheBestOfAllVertices(degeneracy: Degeneracy) throws {
    var random = SeededRandom(seed: 1)
    for trial in 0..<100 {
      let rows = Int.random(in: 1...3, using: &random)
      let columns = rows + Int.random(in: 1...4, using: &random)
      let program = RandomProgram(rows: rows, columns: columns, degeneracy, using: &random)
      let best = VertexEnumeration.value(
        costs: program.costs, constraints: program.constraints, bounds: program.bounds)
      let solution = try LinearProgram().solve(
        costs: program.costs, constraints: program.constraints, bounds: program.bounds)
      solution.expectCertificate("trial \(trial)")
      // Integer matrices may have dependent rows, for which no basis is found.
      if let best { #expect(isClose(solution.value, best), "trial \(trial)") }
    }
  }

  @Test func theGeneralFormEqualsItsStandardForm() throws {
    var random = SeededRandom(seed: 2)
    var (solved, unbounded) = (0, 0)
    for trial in 0..<300 {
      let model = try RandomGeneralProgram.model(
        rows: Int.random(in: 0...5, using: &random), columns: Int.random(in: 1...6, using: &random),
        using: &random)
      let translation = StandardFormTranslation(model)
      do throws(LinearProgramError) {
        let solution = try LinearProgram().solve(model)
        solution.expectCertificate("trial \(trial)")
        let standard = try LinearProgram().solve(translation.model())
        #expect(
          isClose(solution.value, translation.originalValue(standard.value), 1e-8),
          "trial \(trial)")
        solved += 1
      } catch {
        // Every program is feasible.
        #expect(error == .unbounded(batch: 0), "trial \(trial)")
        #expect(throws: error, "trial \(trial)") { try LinearProgram().solve(translation.model()) }
        unbounded += 1
      }
    }
    #expect(solved > 50 && unbounded > 50)
  }

  @Test func contradictionsAreInfeasibleEvenWhereTheDualIsToo() throws {
    // u0 - u1 = 1 and u0 - u1 = 2; lowering both costs would be unbounded without the second row.
    for method in LinearProgram.Method.allCases {
      #expect(throws: LinearProgramError.infeasible(batch: 0)) {
        try LinearProgram(method: method).solve(
          costs: [-1, -1], constraints: [1, -1, 1, -1], bounds: [1, 2])
      }
    }
  }

  @Test func aRowThatContradictsAnotherIsFound() throws {
    var random = SeededRandom(seed: 5)
    var tried = 0
    while tried < 60 {
      var model = try RandomGeneralProgram.model(rows: 3, columns: 5, using: &random)
      guard let row = model.rowUpper.firstIndex(where: \.isFinite) else { continue }
      // The same row again, with bounds beyond the first ones.
      let dense = model.constraints.dense
      model.constraints = try ConstraintMatrix(
        dense: dense + dense[row * 5..<(row + 1) * 5], rows: 4, columns: 5)
      model.rowLower.append(model.rowUpper[row] + 0.5)
      model.rowUpper.append(.infinity)
      for method in LinearProgram.Method.allCases {
        #expect(throws: LinearProgramError.infeasible(batch: 0), "trial \(tried), \(method)") {
          try LinearProgram(method: method).solve(model)
        }
      }
      tried += 1
    }
  }

  @Test func readsAsOneWritesIt() throws {
    // max 3x + 2y: x + y <= 4, x + 3y <= 9, 0 <= x <= 3. Optimum (3, 1).
    let model = LinearModel(
      sense: .maximize, costs: [3, 2],
      constraints: try ConstraintMatrix(dense: [1, 1, 1, 3], rows: 2, columns: 2),
      rows: [.atMost(4), .atMost(9)], variables: [.between(0, 3), .nonnegative])
    let solution = try LinearProgram().solve(model)
    #expect(solution.value == 11)
    #expect(solution.primal == [3, 1])
    // One more unit of the first row is worth 2, one more of x's bound 1.
    #expect(solution.dual[0] == 2)
    #expect(solution.reducedCosts == [1, 0])
    #expect(solution.columnStatus == [.atUpper, .basic])
    #expect(solution.rowStatus[0] == .atUpper)
    solution.expectCertificate()
  }

  @Test func emptyProgramsHaveValueZero() throws {
    let none = try ConstraintMatrix(dense: [], rows: 0, columns: 0)
    #expect(
      try LinearProgram().solve(LinearModel(costs: [], constraints: none, bounds: [])).value == 0)
    // No rows: each variable goes to its better bound.
    let free = try ConstraintMatrix(dense: [], rows: 0, columns: 2)
    let boxed = LinearModel(
      costs: [1, -1], constraints: free, rows: [], variables: [.between(-2, 5), .between(-2, 5)])
    let solution = try LinearProgram().solve(boxed)
    #expect(solution.value == -7)
    solution.expectCertificate()
    // No columns: 0 must lie between the bounds of every row.
    let bare = try ConstraintMatrix(dense: [], rows: 1, columns: 0)
    #expect(
      try LinearProgram().solve(LinearModel(costs: [], constraints: bare, bounds: [0])).value == 0)
    #expect(throws: LinearProgramError.infeasible(batch: 0)) {
      try LinearProgram().solve(LinearModel(costs: [], constraints: bare, bounds: [1]))
    }
    #expect(throws: LinearProgramError.unbounded(batch: 0)) {
      try LinearProgram().solve(LinearModel(costs: [1, -1], constraints: free, bounds: []))
    }
  }

  @Test func aBatchEqualsALoopOnAnyNumberOfThreads() throws {
    var random = SeededRandom(seed: 3)
    // Ties, where a solver with a memory would answer otherwise.
    let models = try (0..<24).map { trial in
      try trial % 2 == 0
        ? RandomProgram(rows: 4, columns: 9, .integers, using: &random).model()
        : .assignment(
          AssignmentFamily.ties.costs(rows: 5, columns: 5, using: &random), rows: 5, columns: 5)
    }
    let loop = try models.map { try LinearProgram().solve($0) }
    for threads in [1, 2, 5] {
      let batch = try LinearProgram(maxThreads: threads).solve(models)
      #expect(batch.map(\.value) == loop.map(\.value))
      #expect(batch.map(\.primal) == loop.map(\.primal))
      #expect(batch.map(\.dual) == loop.map(\.dual))
    }
  }

  @Test func theFirstBadItemOfABatchIsNamed() throws {
    let good = try standardForm(costs: [1], constraints: [1], bounds: [1])
    let infeasible = try standardForm(costs: [1], constraints: [1], bounds: [-1])
    let unbounded = try standardForm(costs: [-1], constraints: [0], bounds: [0])
    for threads in [1, 3] {
      let solver = LinearProgram(maxThreads: threads)
      #expect(throws: LinearProgramError.infeasible(batch: 2)) {
        try solver.solve([good, good, infeasible, good, unbounded])
      }
      #expect(throws: LinearProgramError.unbounded(batch: 1)) {
        try solver.solve([good, unbounded, infeasible])
      }
    }
  }

  @Test func theIterationLimitIsAnError() throws {
    var random = SeededRandom(seed: 4)
    let program = RandomProgram(rows: 10, columns: 30, .none, using: &random)
    #expect {
      try LinearProgram(maxIterations: 2).solve(
        costs: program.costs, constraints: program.constraints, bounds: program.bounds)
    } throws: { error in
      guard case .iterationLimit(batch: 0, let iterations) = error as? LinearProgramError else {
        return false
      }
      return iterations <= 3
    }
  }

  /// min u0 + u1 subject to u0 + 2 u1 = 1, after a change.
  private func solveChanged(_ change: (inout LinearModel) -> Void) throws {
    let matrix = try ConstraintMatrix(dense: [1, 2], rows: 1, columns: 2)
    var model = LinearModel(costs: [1, 1], constraints: matrix, bounds: [1])
    change(&model)
    _ = try LinearProgram().solve(model)
  }

  @Test func badNumbersAreNamed() throws {
    #expect(throws: LinearProgramError.invalidCost(batch: 0, column: 1, value: .infinity)) {
      try solveChanged { $0.costs[1] = .infinity }
    }
    #expect(throws: LinearProgramError.invalidCost(batch: 0, column: 0, value: -1e24)) {
      try solveChanged { $0.costs[0] = -1e24 }
    }
    #expect(
      throws: LinearProgramError.invalidVariableBounds(batch: 0, column: 0, lower: 2, upper: 1)
    ) {
      try solveChanged { ($0.lower[0], $0.upper[0]) = (2, 1) }
    }
    #expect(
      throws: LinearProgramError.invalidRowBounds(
        batch: 0, row: 0, lower: .infinity, upper: .infinity)
    ) {
      try solveChanged { ($0.rowLower[0], $0.rowUpper[0]) = (.infinity, .infinity) }
    }
    #expect(
      throws: LinearProgramError.invalidRowBounds(batch: 0, row: 0, lower: 1, upper: 1e31)
    ) {
      try solveChanged { $0.rowUpper[0] = 1e31 }
    }
    #expect {
      try solveChanged { $0.rowLower[0] = .nan }
    } throws: { error in
      guard case .invalidRowBounds(0, 0, let lower, 1) = error as? LinearProgramError else {
        return false
      }
      return lower.isNaN
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    #expect(
      throws: LinearProgramError.shapeMismatch(
        expected: "2 costs, one for each column", found: "3")
    ) {
      try solveChanged { $0.costs.append(0) }
    }
    #expect(
      throws: LinearProgramError.shapeMismatch(
        expected: "1 lower and upper bounds of the rows", found: "0 and 1")
    ) {
      try solveChanged { $0.rowLower = [] }
    }
    #expect(throws: LinearProgramError.self) { try solveChanged { $0.offset = .nan } }
    for solver in [
      LinearProgram(primalTolerance: 0), LinearProgram(dualTolerance: .nan),
      LinearProgram(maxIterations: -1),
    ] {
      #expect(throws: LinearProgramError.self) {
        try solver.solve(costs: [1], constraints: [1], bounds: [1])
      }
    }
  }
}
