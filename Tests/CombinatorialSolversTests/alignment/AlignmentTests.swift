import CombinatorialSolvers
import TestSupport
import Testing

struct AlignmentTests {
  private let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.5), Alignment(gapCost: 1), .timeWarping(),
    .timeWarping(band: 1),
  ]

  @Test func solvesAnExampleByHand() throws {
    // The prediction lacks one of three tokens; the gap is taken where it costs less, at the end.
    let costs: [Float] = [0.5, 9, 9, 9, 4, 0.25]
    let solution = try Alignment(gapFactor: 1.5).solve(costs, rows: 2, columns: 3)
    #expect(solution.moveString == "DDH")
    #expect(solution.value == 0.5 + 4 + 1.5 * 0.25)
    #expect(solution.gradient == [1, 0, 0, 0, 1, 1.5])
    #expect(solution.path.map(\.row) == [0, 1, 2])
    #expect(solution.dualityGap == 0)
    #expect(solution.isUnique)
  }

  /// The certificate: potentials feasible on every edge, tight along the path, zero at the end.
  @Test(arguments: AlignmentFamily.allCases, 0..<5)
  func isProvenOptimalAndUniqueness(family: AlignmentFamily, ruleIndex: Int) throws {
    var random = SeededRandom(seed: 71)
    let problem = rules[ruleIndex]
    for trial in 0..<60 {
      let rows = Int.random(in: 1...5, using: &random)
      let columns = Int.random(in: 1...5, using: &random)
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      let oracle = ExhaustiveAlignment(costs, rows: rows, columns: columns, rule: problem)
      let note: Comment = "\(family) \(problem.gaps) trial \(trial)"
      guard let best = oracle.solve() else {
        #expect(throws: CombinatorialError(.infeasible, item: 0), note) {
          try problem.solve(costs, rows: rows, columns: columns)
        }
        continue
      }
      let solution = try problem.solve(costs, rows: rows, columns: columns)
      #expect(solution.value == best.value, note)
      #expect(solution.moveString == best.moves, note)
      #expect(solution.isUnique == (best.count == 1), note)
      expectCertificate(solution, oracle, rows, columns, note)
      let single = try problem.solve(costs.map { Float($0) }, rows: rows, columns: columns)
      #expect(single.moves == solution.moves, note)
    }
  }

  @Test(arguments: AlignmentFamily.allCases, [(40, 60), (130, 90)])
  func largerProblemsAreProvenOptimal(family: AlignmentFamily, size: (Int, Int)) throws {
    var random = SeededRandom(seed: 72)
    let costs = family.costs(rows: size.0, columns: size.1, using: &random)
    for problem in rules {
      let solved: AlignmentSolution
      do throws(CombinatorialError) {
        solved = try problem.solve(costs, rows: size.0, columns: size.1)
      } catch {
        #expect(error == CombinatorialError(.infeasible, item: 0))
        continue
      }
      let oracle = ExhaustiveAlignment(costs, rows: size.0, columns: size.1, rule: problem)
      expectCertificate(solved, oracle, size.0, size.1, "\(family) \(problem.gaps)")
    }
  }

  private func expectCertificate(
    _ solution: AlignmentSolution, _ oracle: ExhaustiveAlignment, _ rows: Int, _ columns: Int,
    _ note: Comment
  ) {
    let potentials = solution.potentials
    func potential(_ row: Int, _ column: Int) -> Double { potentials[row * (columns + 1) + column] }
    #expect(potentials.last == 0, note)
    #expect(solution.dualityGap == 0, note)
    #expect(oracle.value(of: solution.moveString) == solution.value, note)
    for row in 0...rows {
      for column in 0...columns {
        for (move, next) in [("D", (1, 1)), ("H", (0, 1)), ("V", (1, 0))] {
          guard let cost = oracle.cost(Character(move), row: row, column: column) else { continue }
          let end = potential(row + next.0, column + next.1)
          #expect(potential(row, column) <= cost + end, note)
        }
      }
    }
    for (move, node) in zip(solution.moves, solution.path) {
      let next = node.moved(by: move)
      let cost = oracle.cost(move.character, row: node.row, column: node.column) ?? .nan
      let gap = potential(node.row, node.column) - cost - potential(next.row, next.column)
      #expect(gap == 0, note)
    }
  }

  @Test func memoryLightEqualsNormal() throws {
    var random = SeededRandom(seed: 73)
    for (rows, columns) in [(1, 50), (50, 1), (100, 70), (257, 130)] {
      let costs = AlignmentFamily.ties.costs(rows: rows, columns: columns, using: &random)
      for problem in rules {
        let whole = try problem.solve(costs, rows: rows, columns: columns)
        for blockRows in [1, 16, 17, 40, 1000] {
          var light = problem
          light.blockRows = blockRows
          let found = try light.solve(costs, rows: rows, columns: columns)
          #expect(found.moves == whole.moves, "\(rows)x\(columns) \(problem.gaps) \(blockRows)")
          #expect(found.value == whole.value)
        }
      }
    }
  }

  @Test func singleGapsHaveTheirOwnPrices() throws {
    let costs: [Double] = [0, 9, 9, 9, 9, 0]
    let gapCosts = GapCosts(predicted: [7, 7], target: [5, 0.25, 5])
    let solution = try Alignment(gapCost: 3).solve(
      costs, rows: 2, columns: 3, gapCosts: gapCosts)
    #expect(solution.moveString == "DHD")
    #expect(solution.value == 0.25)
    #expect(solution.dualityGap == 0)
    let forbidden = GapCosts(predicted: [7, 7], target: [.infinity, .infinity, .infinity])
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try Alignment(gapCost: 3).solve(costs, rows: 2, columns: 3, gapCosts: forbidden)
    }
  }

  @Test func emptyProblems() throws {
    for (rows, columns) in [(0, 0), (0, 3), (2, 0)] {
      let moves = String(repeating: "H", count: columns) + String(repeating: "V", count: rows)
      let byFactor = try Alignment().solve([] as [Float], rows: rows, columns: columns)
      #expect(byFactor.value == 0 && byFactor.moveString == moves && byFactor.gradient.isEmpty)
      let byCost = try Alignment(gapCost: 2).solve([] as [Float], rows: rows, columns: columns)
      #expect(byCost.value == Double(2 * (rows + columns)) && byCost.moveString == moves)
      #expect(byCost.dualityGap == 0 && byFactor.dualityGap == 0)
    }
    #expect(try Alignment.timeWarping().solve([] as [Float], rows: 0, columns: 0).value == 0)
    #expect(try Alignment().solve([] as [Float], batch: 0, rows: 3, columns: 2).isEmpty)
  }

  @Test func batchesEqualLoops() throws {
    var random = SeededRandom(seed: 74)
    let (batch, rows, columns) = (21, 9, 7)
    let costs = AlignmentFamily.signed.costs(rows: batch * rows, columns: columns, using: &random)
    let rowCounts = (0..<batch).map { _ in Int.random(in: 0...rows, using: &random) }
    let columnCounts = (0..<batch).map { _ in Int.random(in: 0...columns, using: &random) }
    let together = try Alignment().solve(
      costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts)
    for (item, solution) in together.enumerated() {
      let used = (0..<rowCounts[item]).flatMap { row in
        (0..<columnCounts[item]).map { costs[(item * rows + row) * columns + $0] }
      }
      let alone = try Alignment().solve(used, rows: rowCounts[item], columns: columnCounts[item])
      #expect(solution.value == alone.value && solution.moves == alone.moves)
      #expect(solution.potentials == alone.potentials)
    }
  }

  @Test func badInputIsNamed() {
    let costs: [Double] = [1, 2, 3, .nan]
    let expected: [(CombinatorialError, () throws -> Void)] = [
      (
        .shapeMismatch(expected: "6 costs for shape [1, 2, 3]", found: "4"),
        { _ = try Alignment().solve(costs, rows: 2, columns: 3) }
      ),
      (
        CombinatorialError(.lengthOutOfRange(length: 3, limit: 2), item: 0),
        {
          _ = try Alignment().solve(
            costs, batch: 1, rows: 2, columns: 2, rowCounts: [3], columnCounts: [2])
        }
      ),
      (
        CombinatorialError(
          .invalidOption("gap factor", value: 0, expected: "a number greater than 0")),
        { _ = try Alignment(gapFactor: 0).solve(costs, rows: 2, columns: 2) }
      ),
      (
        CombinatorialError(.invalidOption("band", value: -1, expected: "at least 0")),
        { _ = try Alignment.timeWarping(band: -1).solve(costs, rows: 2, columns: 2) }
      ),
      (
        CombinatorialError(.invalidGapCost(value: -.infinity), item: 0),
        {
          let gaps = GapCosts<Double>(predicted: [1, 1], target: [0, -.infinity])
          _ = try Alignment(gapCost: 1).solve(costs, rows: 2, columns: 2, gapCosts: gaps)
        }
      ),
      (
        .shapeMismatch(
          expected: "no costs of single gaps unless the rule is a gap cost", found: "gap costs"),
        {
          let gaps = GapCosts<Double>(predicted: [1, 1], target: [0, 1])
          _ = try Alignment().solve(costs, rows: 2, columns: 2, gapCosts: gaps)
        }
      ),
    ]
    for (error, body) in expected { #expect(throws: error, performing: body) }
    #expect {
      try Alignment().solve(costs, rows: 2, columns: 2)
    } throws: { error in
      guard let error = error as? CombinatorialError, error.item == 0,
        case .invalidCost(1, 1, let value) = error.reason
      else { return false }
      return value.isNaN
    }
  }
}

extension ExhaustiveAlignment {
  /// The paths of a problem, one by one.
  init(_ costs: [Double], rows: Int, columns: Int, rule: Alignment) {
    let gaps: AlignmentGaps =
      switch rule.gaps {
      case .factor(let factor): .factor(factor)
      case .cost(let cost):
        .costs(
          rows: .init(repeating: cost, count: rows), columns: .init(repeating: cost, count: columns)
        )
      case .timeWarping(let band): .timeWarping(band: band ?? 1000)
      }
    self.init(costs, rows: rows, columns: columns, gaps: gaps)
  }
}
