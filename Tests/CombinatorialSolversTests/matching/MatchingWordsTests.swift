import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// What every problem of matching has: element types, batches, ragged ones, threads, gradients, equality, JSON.
struct MatchingWordsTests {
  /// Problems over a matrix of 4 columns.
  static let problems: [any MatrixProblem] = [
    Assignment(), Assignment(unmatchedCost: 0.4), SemiAssignment(capacities: [2, 1, 3, 1]),
    BottleneckAssignment(), RankedAssignment(count: 3),
    RankedAssignment(count: 4, unmatchedCost: 0.3),
  ]
  private static let columns = 4

  /// Costs that floats hold.
  private func costs(
    _ count: Int, _ random: inout SeededRandom, family: AssignmentFamily = .uniform
  ) -> [Double] {
    family.costs(rows: 1, columns: count, using: &random).map { Double(Float($0)) }
  }

  @Test(arguments: problems.indices)
  func elementTypesAndMemoryAgree(index: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var random = SeededRandom(seed: 501)
      for rows in [0, 1, 3, 6] {
        let doubles = costs(rows * Self.columns, &random)
        let floats = doubles.map { Float($0) }
        let solution = try problem.solve(doubles, rows: rows, columns: Self.columns)
        #expect(try problem.solve(floats, rows: rows, columns: Self.columns) == solution)
        let shape = BatchShape(rows: rows, columns: Self.columns)
        let (again, bare) = try floats.withUnsafeBufferPointer {
          (try problem.solve($0, shape: shape)[0], try problem.solveInPlace($0, shape: shape)[0])
        }
        #expect(again == solution)
        #expect(bare.value == solution.value && bare.gradient == solution.gradient)
        #expect(bare.dualityGap == .infinity || rows == 0)
        #if compiler(>=6.2)
          #expect(
            try problem.solve(doubles.span, rows: rows, columns: Self.columns) == solution)
        #endif
        let (value, gradient) = try problem.valueAndGradient(
          floats, rows: rows, columns: Self.columns)
        #expect(value == solution.value)
        #expect(gradient.map { Double($0) } == solution.gradient)
      }
    }
    try check(Self.problems[index])
  }

  /// Items of a batch, ragged or not, are what they are alone; NaN in the padding is never read.
  @Test(arguments: problems.indices, [1, 3])
  func itemsOfABatchAreWhatTheyAreAlone(index: Int, threads: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var problem = problem
      problem.maxThreads = threads
      var random = SeededRandom(seed: 502)
      let (batch, rows) = (300, 5)
      var costs = costs(batch * rows * Self.columns, &random, family: .ties)
      let counts = (0..<batch).map { _ in
        (Int.random(in: 0...4, using: &random), Int.random(in: 3...4, using: &random))
      }
      for index in costs.indices {
        let (item, cell) = (index / (rows * Self.columns), index % (rows * Self.columns))
        let isUsed =
          cell / Self.columns < counts[item].0 && cell % Self.columns < counts[item].1
        if !isUsed { costs[index] = .nan }
      }
      let solutions = try problem.solve(
        costs, batch: batch, rows: rows, columns: Self.columns, rowCounts: counts.map(\.0),
        columnCounts: counts.map(\.1))
      let (values, gradient) = try problem.valuesAndGradient(
        costs, batch: batch, rows: rows, columns: Self.columns, rowCounts: counts.map(\.0),
        columnCounts: counts.map(\.1))
      #expect(values == solutions.values && solutions.count == batch)
      for item in solutions.indices {
        let alone = try single(problem, costs, counts[item], item: item, rows: rows)
        #expect(solutions[item] == alone, "item \(item)")
        #expect(
          cropped(gradient, counts[item], item: item, rows: rows) == alone.gradient, "item \(item)")
      }
      #expect(zip(costs, gradient).allSatisfy { !$0.isNaN || $1 == 0 })
    }
    try check(Self.problems[index])
  }

  /// One item of a batch by itself.
  private func single<Problem: MatrixProblem>(
    _ problem: Problem, _ costs: [Double], _ counts: (Int, Int), item: Int, rows: Int
  ) throws -> Problem.Solutions.Element {
    let own = cropped(costs, counts, item: item, rows: rows)
    if var semi = problem as? SemiAssignment {
      semi.capacities = Array(semi.capacities.prefix(counts.1))
      let solution = try semi.solve(own, rows: counts.0)
      return try #require(solution as? Problem.Solutions.Element)
    }
    return try problem.solve(own, rows: counts.0, columns: counts.1)
  }

  private func cropped(
    _ batch: [Double], _ counts: (Int, Int), item: Int, rows: Int
  ) -> [Double] {
    (0..<counts.0).flatMap { row in
      (0..<counts.1).map { batch[(item * rows + row) * Self.columns + $0] }
    }
  }

  /// Without ties the gradient is that of central differences.
  @Test(arguments: problems.indices)
  func gradientsAreDifferences(index: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var random = SeededRandom(seed: 503)
      let costs = costs(5 * Self.columns, &random)
      let (_, gradient) = try problem.valueAndGradient(costs, rows: 5, columns: Self.columns)
      let step = 0x1p-20
      for cell in costs.indices {
        let ends = try [-step, step].map { step in
          var moved = costs
          moved[cell] += step
          return try problem.solve(moved, rows: 5, columns: Self.columns).value
        }
        #expect(abs((ends[1] - ends[0]) / (2 * step) - gradient[cell]) < 1e-6, "cell \(cell)")
      }
    }
    try check(Self.problems[index])
  }

  /// The values of all but the bottleneck are concave in the costs: at ties the gradients bound them from above.
  @Test(arguments: problems.indices)
  func gradientsAreSupergradientsAtTies(index: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var random = SeededRandom(seed: 504)
      for trial in 0..<100 {
        let costs = costs(4 * Self.columns, &random, family: .ties)
        let (value, gradient) = try problem.valueAndGradient(costs, rows: 4, columns: Self.columns)
        let others = costs.map { $0 + Double.random(in: -2...2, using: &random) }
        let bound = costs.indices.reduce(value) {
          $0 + gradient[$1] * (others[$1] - costs[$1])
        }
        let other = try problem.solve(others, rows: 4, columns: Self.columns)
        #expect(other.value <= bound + 1e-9, "trial \(trial)")
      }
    }
    if !(Self.problems[index] is BottleneckAssignment) { try check(Self.problems[index]) }
  }

  @Test(arguments: problems.indices)
  func maximumIsTheMinimumOfNegatedCosts(index: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var random = SeededRandom(seed: 505)
      let scores = costs(5 * Self.columns, &random)
      let greatest = try problem.maximum.solve(scores, rows: 5, columns: Self.columns)
      let least = try problem.solve(scores.map { -$0 }, rows: 5, columns: Self.columns)
      #expect(greatest.value == -least.value && greatest.base == least)
      #expect(greatest.gradient == least.gradient && greatest.dualityGap <= 1e-12)
    }
    try check(Self.problems[index])
  }

  @Test(arguments: problems.indices)
  func solutionsAreEqualIfProblemAndAnswerAre(index: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var random = SeededRandom(seed: 506)
      let costs = costs(5 * Self.columns, &random)
      let solution = try problem.solve(costs, rows: 5, columns: Self.columns)
      #expect(try problem.solve(costs, rows: 5, columns: Self.columns) == solution)
      #expect(solution.dualityGap <= 1e-12)
      var others = costs
      others[others.indices.max { costs[$0] < costs[$1] } ?? 0] += 1
      #expect(try problem.solve(others, rows: 5, columns: Self.columns) != solution)
    }
    try check(Self.problems[index])
  }

  /// The caller's next write does not copy the costs because a solution is kept.
  @Test(arguments: problems.indices)
  func solutionsKeepNoArrayOfTheCallers(index: Int) throws {
    func check(_ problem: some MatrixProblem) throws {
      var random = SeededRandom(seed: 507)
      var costs = costs(5 * Self.columns, &random)
      let solutions = try problem.solve(costs, batch: 1, rows: 5, columns: Self.columns)
      let (before, gap) = (costs.withUnsafeBufferPointer(\.baseAddress), solutions[0].dualityGap)
      costs[0] = .nan
      #expect(costs.withUnsafeBufferPointer(\.baseAddress) == before)
      #expect(solutions[0].dualityGap == gap)
    }
    try check(Self.problems[index])
  }

  @Test func solutionsEncodeTheirPublicArrays() throws {
    let costs = [4.0, 1, 2, 0]
    func json(_ solution: some Encodable) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(solution), as: UTF8.self)
    }
    #expect(
      try json(Assignment().solve(costs, rows: 2, columns: 2))
        == #"{"columnOfRow":[1,0],"columnPotentials":[1,-1],"rowOfColumn":[1,0],"#
        + #""rowPotentials":[2,1],"value":3}"#)
    #expect(
      try json(BottleneckAssignment().solve(costs, rows: 2, columns: 2))
        == #"{"blockColumns":[0],"blockRows":[0,1],"columnOfRow":[1,0],"criticalRow":1,"#
        + #""rowOfColumn":[1,0],"value":2}"#)
    #expect(
      try json(RankedAssignment(count: 5).solve(costs, rows: 2, columns: 2))
        == #"{"columnOfRow":[[1,0],[0,1]],"value":7,"values":[3,4]}"#)
    #expect(
      try json(SemiAssignment(capacities: [1, 2]).solve(costs, rows: 2))
        == #"{"columnOfRow":[1,1],"columnPotentials":[0,0],"rowPotentials":[1,0],"value":1}"#)
    let sparse = try SparseAssignment(
      rows: 2, columns: 1, rowOffsets: [0, 1, 2], columnIndices: [0, 0])
    #expect(
      try json(sparse.solve([3, 2]))
        == #"{"columnOfRow":[-1,0],"columnPotentials":[3],"entryOfRow":[-1,1],"rowOfColumn":[1],"#
        + #""rowPotentials":[0,-1],"value":2}"#)
  }

  /// Literals are doubles.
  @Test func literalsCompile() throws {
    #expect(try Assignment().solve([4, 1, 2, 0], rows: 2, columns: 2).value == 3)
    let gradient = try Assignment().valueAndGradient([4, 1, 2, 0], rows: 2, columns: 2).gradient
    #expect(gradient == [0, 1, 1, 0])
    #expect(try SemiAssignment(capacities: [2, 0]).solve([4, 1, 2, 0], rows: 2).value == 6)
    #expect(try BottleneckAssignment().solve([4, 1, 2, 0], rows: 2, columns: 2).value == 2)
    let ranked = try RankedAssignment(count: 2).solve([4, 1, 2, 0], rows: 2, columns: 2)
    #expect(ranked.values == [3, 4])
    let priced = try Assignment().solve(
      [4, 1, 2, 0], rows: 2, columns: 2, unmatchedRowCosts: [0, 9], unmatchedColumnCosts: [0, 9])
    #expect(priced.columnOfRow == [-1, 1] && priced.value == 0)
  }
}
