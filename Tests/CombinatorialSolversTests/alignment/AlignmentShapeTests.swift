import CombinatorialKernels
import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// What alignments share with every problem: batches, element types, memory of the caller's, gradients, JSON.
struct AlignmentShapeTests {
  private static let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.5), Alignment(gapCost: 1), .timeWarping(),
    .timeWarping(band: 1),
  ]

  @Test func literalCostsAreEnough() throws {
    #expect(try Alignment().solve([4, 1, 2, 0], rows: 2, columns: 2).value == 4)
    #expect(try Alignment().maximum.solve([4, 1, 2, 0], rows: 2, columns: 2).value == 12)
    let smooth = SoftAlignment(temperature: 0.5)
    #expect(try smooth.solve([4, 1, 2, 0], rows: 2, columns: 2).value < 4)
  }

  /// An independent program's values, each alone and all side by side.
  @Test(arguments: [1.0, 1.5, 2.0])
  func fixtures(gapFactor: Double) throws {
    let cases = try AlignmentCase.all().filter { $0.gapFactor == gapFactor }
    let problem = Alignment(gapFactor: gapFactor)
    for fixture in cases {
      let found = try problem.solve(
        fixture.flatCosts, rows: fixture.rows, columns: fixture.columns)
      #expect(found.value == fixture.value && found.dualityGap == 0, "\(fixture.name)")
    }
    let (rows, columns) = (cases.map(\.rows).max() ?? 0, cases.map(\.columns).max() ?? 0)
    let padded = cases.flatMap {
      Self.padded($0.flatCosts, $0.rows, $0.columns, to: (rows, columns))
    }
    let together = try problem.solve(
      padded.map { Float($0) }, batch: cases.count, rows: rows, columns: columns,
      rowCounts: cases.map(\.rows), columnCounts: cases.map(\.columns))
    #expect(together.values == cases.map(\.value))
  }

  /// Costs with NaN in the padding.
  private static func padded(
    _ costs: [Double], _ rows: Int, _ columns: Int, to size: (rows: Int, columns: Int)
  ) -> [Double] {
    (0..<size.rows * size.columns).map { cell in
      let (row, column) = (cell / size.columns, cell % size.columns)
      return row < rows && column < columns ? costs[row * columns + column] : .nan
    }
  }

  /// Ragged batches, whatever their padding, have the solutions of their items alone, in any number of threads.
  @Test(arguments: 0..<5, [1, 3])
  func raggedBatchesAreTheirItems(rule: Int, threads: Int) throws {
    var random = SeededRandom(seed: 5)
    var problem = Self.rules[rule]
    problem.maxThreads = threads
    let (batch, size) = (70, (rows: 19, columns: 21))
    let rowCounts = (0..<batch).map { _ in Int.random(in: 1...19, using: &random) }
    let columnCounts = (0..<batch).map { _ in Int.random(in: 1...21, using: &random) }
    let items = (0..<batch).map {
      AlignmentFamily.ties.costs(rows: rowCounts[$0], columns: columnCounts[$0], using: &random)
    }
    let costs = (0..<batch).flatMap {
      Self.padded(items[$0], rowCounts[$0], columnCounts[$0], to: size)
    }
    let together = try problem.solve(
      costs, batch: batch, rows: 19, columns: 21, rowCounts: rowCounts, columnCounts: columnCounts)
    let (values, gradient) = try problem.valuesAndGradient(
      costs, batch: batch, rows: 19, columns: 21, rowCounts: rowCounts, columnCounts: columnCounts)
    #expect(values == together.values)
    for (item, solution) in together.enumerated() {
      let alone = try problem.solve(
        items[item], rows: rowCounts[item], columns: columnCounts[item])
      #expect(solution == alone)
      #expect(solution.dualityGap == 0)
      let whole = Self.padded(
        alone.gradient, rowCounts[item], columnCounts[item], to: size
      ).map { $0.isNaN ? 0 : $0 }
      #expect(Array(gradient[item * 399..<(item + 1) * 399]) == whole)
    }
  }

  /// Batches, memory of the caller's, floats, gradients, padding.
  @Test(arguments: [Alignment(gapFactor: 1.5), Alignment(gapFactor: 0.5), Alignment(gapCost: 1)])
  func keepsTheContract(problem: Alignment) throws {
    var random = SeededRandom(seed: 7)
    let items = (0..<6).map { _ in
      (0..<20).map { _ in Double(Int.random(in: 1...64, using: &random)) / 8 }
    }
    try expectContract(problem, items, rows: 5, columns: 4)
  }

  /// Where no path ties, the gradients are the differences; at ties the value falls as they say, at least.
  @Test(arguments: AlignmentFamily.allCases, 0..<5)
  func gradientsAreDerivatives(family: AlignmentFamily, rule: Int) throws {
    var random = SeededRandom(seed: 9)
    let (rows, columns, step) = (4, 5, 0x1p-12)
    for _ in 0..<10 {
      let costs = family.costs(rows: rows, columns: columns, using: &random)
      guard let solution = try? Self.rules[rule].solve(costs, rows: rows, columns: columns) else {
        continue
      }
      for cell in costs.indices where costs[cell] < .infinity {
        let moved = try [step, -step].map { offset in
          var costs = costs
          costs[cell] += offset
          return try Self.rules[rule].solve(costs, rows: rows, columns: columns).value
            - solution.value
        }
        let slope = solution.gradient[cell] * step
        #expect(moved[0] <= slope && moved[1] <= -slope)
        if solution.isUnique { #expect(moved == [slope, -slope]) }
      }
    }
  }

  @Test func pricesOfSingleGapsHaveGradients() throws {
    var random = SeededRandom(seed: 10)
    for trial in 0..<60 {
      let (rows, columns) = (Int.random(in: 1...5, using: &random), 3)
      func prices(_ count: Int) -> [Double] {
        AlignmentFamily.uniform.costs(rows: 1, columns: count, using: &random)
      }
      let costs = prices(rows * columns)
      let gaps = GapCosts(predicted: prices(rows), target: prices(columns))
      let problem = Alignment(gapCost: 3)
      let oracle = ExhaustiveAlignment(
        costs, rows: rows, columns: columns,
        gaps: .costs(rows: gaps.predicted, columns: gaps.target))
      let solution = try problem.solve(costs, rows: rows, columns: columns, gapCosts: gaps)
      let best = try #require(oracle.solve())
      #expect(solution.value == best.value && solution.moveString == best.moves, "trial \(trial)")
      #expect(solution.dualityGap == 0 && solution.isUnique == (best.count == 1))
      let (values, gradient, gapGradient) = try problem.valuesAndGradient(
        costs, batch: 1, rows: rows, columns: columns, gapCosts: gaps)
      #expect(values == [best.value] && gradient == solution.gradient)
      #expect(gapGradient == solution.gapGradient)
      // The value is linear in all that is paid.
      let paid =
        zip(costs, gradient).map(*) + zip(gaps.predicted, gapGradient.predicted).map(*)
        + zip(gaps.target, gapGradient.target).map(*)
      #expect(paid.reduce(0, +) == best.value)
    }
  }

  @Test(arguments: [1, 2], [Double.nan, -.infinity])
  func theFirstInvalidCostIsNamed(threads: Int, value: Double) throws {
    for (batch, rows, columns) in [(1, 1, 1), (1, 9, 4), (3, 16, 16), (40, 4, 9)] {
      let cells = rows * columns
      for cell in [0, cells / 2, cells - 1] {
        var costs = [Double](repeating: 1, count: batch * cells)
        let item = batch / 2
        costs[item * cells + cell] = value
        costs[batch * cells - 1] = value
        let error = #expect(throws: CombinatorialError.self) {
          try Alignment(maxThreads: threads).solve(
            costs, batch: batch, rows: rows, columns: columns)
        }
        #expect(error?.item == item)
        guard case .invalidCost(cell / columns, cell % columns, let found) = error?.reason else {
          Issue.record("\(error as Any)")
          continue
        }
        #expect(found.isNaN == value.isNaN)
      }
    }
  }

  @Test func aSolutionIsJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let solution = try Alignment().solve([0.5, 9, 9, 9, 4, 0.25], rows: 2, columns: 3)
    #expect(
      String(decoding: try encoder.encode(solution), as: UTF8.self)
        == #"{"moves":"DDH","value":4.875}"#)
  }

  @Test func aKeptSolutionLeavesTheCostsToTheCaller() throws {
    var costs: [Double] = [0.5, 9, 9, 9, 4, 0.25]
    var gaps = GapCosts<Double>(predicted: [1, 1], target: [1, 1, 1])
    let solution = try Alignment(gapCost: 1).solve(costs, rows: 2, columns: 3, gapCosts: gaps)
    let before = [costs, gaps.target].map { $0.withUnsafeBufferPointer { $0.baseAddress } }
    (costs[0], gaps.target[0]) = (7, 7)
    #expect([costs, gaps.target].map { $0.withUnsafeBufferPointer { $0.baseAddress } } == before)
    #expect(solution.dualityGap == 0)
  }

  @Test func sizesAreChecked() {
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "costs [batch, rows, columns]", found: "2 channels")
    ) {
      try [1.0, 2].withUnsafeBufferPointer {
        try Alignment().solve($0, shape: BatchShape(channels: 2, rows: 1, columns: 1))
      }
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "2 gap costs of predicted and 3 of target positions", found: "3 and 2")
    ) {
      let gaps = GapCosts<Double>(predicted: [1, 1, 1], target: [1, 1])
      return try Alignment(gapCost: 1).solve(
        .init(repeating: 1, count: 6), rows: 2, columns: 3, gapCosts: gaps)
    }
    #expect(
      throws: CombinatorialError.sizeOverflow(
        "an alignment problem of \(Int.max) rows and 0 columns")
    ) { try Alignment().solve([] as [Float], rows: .max, columns: 0) }
    #expect(
      throws: CombinatorialError.sizeOverflow(
        "an alignment problem of \(Int.max) rows and 0 columns")
    ) { try SoftAlignment(temperature: 1).solve([] as [Float], rows: .max, columns: 0) }
  }
}
