import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// Checks everything that proves a solution optimal, from the problem alone.
private func expectCertificate(
  _ solution: TransportSolution, _ costs: [Double], _ supply: [Double], _ demand: [Double],
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  // Masses are whole numbers, whose sums are exact. A potential is a sum of at most `count` costs along a
  // tree's path, to which the gauge adds a quotient; half as many roundings again compare two with a cost.
  let potentials = solution.rowPotentials + solution.columnPotentials
  let count = Double(potentials.count + 4)
  let largest = (potentials + costs).reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  let rounding = 2 * count * 0x1p-53 * largest
  #expect(solution.dualViolation <= rounding, comment, sourceLocation: sourceLocation)
  // Of sums of masses and potentials: each unit of mass meets one of a row and one of a column.
  let total = supply.reduce(0, +)
  #expect(
    abs(solution.dualityGap) <= 2 * rounding * total, comment, sourceLocation: sourceLocation)
  let residuals = solution.surplus + solution.shortage
  #expect(residuals.allSatisfy { $0 == 0 }, comment, sourceLocation: sourceLocation)
  #expect(solution.plan.allSatisfy { $0.mass > 0 }, comment, sourceLocation: sourceLocation)
  let cost = solution.plan.reduce(0) { $0 + $1.mass * costs[$1.row * demand.count + $1.column] }
  #expect(
    abs(cost - solution.value) <= rounding * total, comment, sourceLocation: sourceLocation)
  let gauge =
    zip(supply, solution.rowPotentials).reduce(0) { $0 + $1.0 * $1.1 }
    - zip(demand, solution.columnPotentials).reduce(0) { $0 + $1.0 * $1.1 }
  #expect(abs(gauge) <= 2 * rounding * total, comment, sourceLocation: sourceLocation)
}

struct TransportTests {
  @Test func solvesASmallExample() throws {
    let solution = try Transport().solve(
      [1, 3, 2, 1] as [Float], supply: [2, 1], demand: [1, 2])
    #expect(solution.value == 1 + 3 + 1)
    #expect(solution.densePlan == [1, 1, 0, 1])
    #expect(solution.dualityGap == 0 && solution.dualViolation == 0)
  }

  @Test func agreesWithTheFixture() throws {
    for problem in try TransportCase.all() {
      let solution = try Transport().solve(
        problem.flatCosts, supply: problem.supply, demand: problem.demand)
      #expect(solution.value == problem.value)
      expectCertificate(solution, problem.flatCosts, problem.supply, problem.demand)
    }
  }

  /// No oracle at this size: the potentials are the proof. Equal masses make nearly every pivot degenerate.
  @Test(arguments: AssignmentFamily.allCases, [(1, 5), (6, 1), (20, 20), (40, 70), (128, 128)])
  func problemsAreProvenOptimal(family: AssignmentFamily, size: (Int, Int)) throws {
    var random = SeededRandom(seed: 32)
    for equal in [true, false] {
      let costs = family.costs(rows: size.0, columns: size.1, using: &random)
      let (supply, demand) = TransportCase.masses(
        rows: size.0, columns: size.1, equal: equal, using: &random)
      do throws(CombinatorialError) {
        let solution = try Transport().solve(costs, supply: supply, demand: demand)
        expectCertificate(solution, costs, supply, demand, "\(family) \(size)")
      } catch {
        #expect(error == CombinatorialError(.infeasible, item: 0) && family == .forbidden)
      }
    }
  }

  @Test(arguments: AssignmentFamily.allCases)
  func unitMassesAreAnAssignment(family: AssignmentFamily) throws {
    var random = SeededRandom(seed: 33)
    for side in [1, 2, 5, 17, 60] {
      let costs = family.costs(rows: side, columns: side, using: &random)
      let ones = [Double](repeating: 1, count: side)
      let matching: AssignmentSolution
      do throws(CombinatorialError) {
        matching = try Assignment().solve(costs, rows: side, columns: side)
      } catch {
        #expect(throws: CombinatorialError(.infeasible, item: 0)) {
          try Transport().solve(costs, supply: ones, demand: ones)
        }
        continue
      }
      let solution = try Transport().solve(costs, supply: ones, demand: ones)
      #expect(solution.value == matching.value)
      #expect(solution.plan.count == side && solution.plan.allSatisfy { $0.mass == 1 })
    }
  }

  @Test func aBatchEqualsALoopAndReadsNoPadding() throws {
    var random = SeededRandom(seed: 34)
    let counts = [(3, 4), (1, 1), (4, 2), (0, 0), (4, 5)]
    var costs = [Double](repeating: .nan, count: counts.count * 20)
    var supply = [Double](repeating: -1, count: counts.count * 4)
    var demand = [Double](repeating: .nan, count: counts.count * 5)
    for (item, (rows, columns)) in counts.enumerated() where rows > 0 {
      let masses = TransportCase.masses(rows: rows, columns: columns, equal: false, using: &random)
      supply.replaceSubrange(item * 4..<item * 4 + rows, with: masses.supply)
      demand.replaceSubrange(item * 5..<item * 5 + columns, with: masses.demand)
      for row in 0..<rows {
        for column in 0..<columns {
          costs[item * 20 + row * 5 + column] = Double.random(in: 0...1, using: &random)
        }
      }
    }
    let batch = try Transport(maxThreads: 2).solve(
      costs, supply: supply, demand: demand, batch: counts.count, rows: 4, columns: 5,
      rowCounts: counts.map(\.0), columnCounts: counts.map(\.1))
    for (item, (rows, columns)) in counts.enumerated() {
      var own: [Double] = []
      for row in 0..<rows {
        let start = item * 20 + row * 5
        own += costs[start..<start + columns]
      }
      let alone = try Transport().solve(
        own, supply: Array(supply[item * 4..<item * 4 + rows]),
        demand: Array(demand[item * 5..<item * 5 + columns]))
      #expect(batch[item].value == alone.value && batch.values[item] == alone.value)
      #expect(batch[item].plan == alone.plan)
      #expect(batch[item].rowPotentials == alone.rowPotentials)
      #expect(batch[item].columnPotentials == alone.columnPotentials)
    }
  }

  @Test func imbalanceIsRefusedOrPriced() throws {
    let costs = [1.0, 5, 4, 2]
    #expect(throws: CombinatorialError(.unbalanced(supply: 4, demand: 3), item: 0)) {
      try Transport().solve(costs, supply: [2, 2], demand: [2, 1])
    }
    let priced = Transport(imbalance: .priced(surplus: 1, shortage: 2))
    let solution = try priced.solve(costs, supply: [2, 2], demand: [2, 1])
    // 2 at 1, 1 at 2 and one unit that stays.
    #expect(solution.value == 5)
    #expect(solution.surplus == [0, 1] && solution.shortage == [0, 0])
    #expect(solution.dualityGap == 0 && solution.dualViolation == 0)
    let far = try priced.solve([10, 10, 10, 10] as [Double], supply: [2, 2], demand: [2, 1])
    #expect(far.value == 4 * 1 + 3 * 2 && far.plan.isEmpty)
  }

  @Test func roundingOfTotalsIsTolerated() throws {
    let thirds = [Float](repeating: 1 / 3, count: 3)
    let sevenths = [Float](repeating: 1 / 7, count: 7)
    let value = try Transport().solve(
      .init(repeating: 2, count: 21), supply: thirds, demand: sevenths
    ).value
    // Each total is that of at most seven numbers that are each off by a rounding.
    #expect(abs(value - 2) <= 2 * ErrorBound.gamma(1))
  }

  @Test func forbiddenPairsAndEmptyProblems() throws {
    let inf = Double.infinity
    let solution = try Transport().solve([inf, 1, 1, inf], supply: [1, 2], demand: [2, 1])
    #expect(solution.value == 3)
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try Transport().solve([inf, 1, 1, inf], supply: [2, 1], demand: [2, 1])
    }
    for (rows, columns) in [(0, 0), (2, 0), (0, 2)] {
      let empty = try Transport().solve(
        [] as [Double], supply: .init(repeating: 0, count: rows),
        demand: .init(repeating: 0, count: columns))
      #expect(empty.value == 0 && empty.plan.isEmpty && empty.rowPotentials.count == rows)
    }
    let nothing = try Transport().solve([1, 2, 3, 4] as [Double], supply: [0, 0], demand: [0, 0])
    #expect(nothing.value == 0 && nothing.dualViolation == 0)
  }

  @Test func badInputIsNamed() {
    func failure(_ costs: [Double], _ supply: [Double], _ demand: [Double]) -> CombinatorialError? {
      do throws(CombinatorialError) {
        _ = try Transport().solve(costs, supply: supply, demand: demand)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      failure([1, 2], [1], [-1, 2])
        == CombinatorialError(.invalidMass(side: .demand, position: 0, value: -1), item: 0))
    #expect(
      failure([1, 2], [.infinity], [1, 2])
        == CombinatorialError(.invalidMass(side: .supply, position: 0, value: .infinity), item: 0))
    #expect(
      failure([1, -.infinity], [3], [1, 2])
        == CombinatorialError(.invalidCost(row: 0, column: 1, value: -.infinity), item: 0))
    #expect(
      failure([1], [3], [1, 2])
        == .shapeMismatch(expected: "2 costs for shape [1, 1, 2]", found: "1"))
    #expect(
      failure([1, 2], [3], [1, 1])?.description.contains("3.0, the demand to 2.0") == true)
  }

  @Test(arguments: [1.0, 1.5, 2, 3])
  func theLineAgreesWithTheSimplex(power: Double) throws {
    var random = SeededRandom(seed: 35)
    for (rows, columns) in [(1, 1), (4, 7), (30, 30), (21, 50)] {
      let positions = (0..<rows + columns).map { _ in
        Double(Int.random(in: 0...20, using: &random)) / 4
      }
      let (sources, targets) = (Array(positions[..<rows]), Array(positions[rows...]))
      let (supply, demand) = TransportCase.masses(
        rows: rows, columns: columns, equal: false, using: &random)
      let line = try TransportOnLine(power: power).solve(
        sources: sources, targets: targets, supply: supply, demand: demand)
      let costs = sources.flatMap { x in
        targets.map { pow(abs(x - $0), power) }
      }
      let exact = try Transport().solve(costs, supply: supply, demand: demand)
      // Sums of fewer than rows + columns products that are not negative, each of a power within 1 unit.
      let roundings = Double(rows + columns + 4)
      #expect(abs(line.value - exact.value) <= 2 * roundings * 0x1p-53 * exact.value)
      expectCertificate(line, costs, supply, demand, "power \(power)")
    }
    #expect(
      throws: CombinatorialError(
        .invalidOption("power", value: 0.5, expected: "a number of at least 1"))
    ) {
      try TransportOnLine(power: 0.5).solve(sources: [0], targets: [1], supply: [1], demand: [1])
    }
  }
}
