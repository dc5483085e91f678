import CombinatorialSolvers
import TestSupport
import Testing

/// Prices of staying unmatched, for each row and each column, in batches.
struct UnmatchedCostsTests {
  /// Items of a ragged batch are what they are alone; padding of costs and prices is never read.
  @Test(arguments: [1, 3])
  func itemsOfABatchAreWhatTheyAreAlone(threads: Int) throws {
    var random = SeededRandom(seed: 521)
    let (batch, rows, columns) = (200, 4, 5)
    let rowCounts = (0..<batch).map { _ in Int.random(in: 0...rows, using: &random) }
    let columnCounts = (0..<batch).map { _ in Int.random(in: 0...columns, using: &random) }
    func numbers(_ count: Int, isUsed: (Int) -> Bool) -> [Double] {
      (0..<count).map {
        isUsed($0) ? Double(Float.random(in: -1...2, using: &random)) : .nan
      }
    }
    let costs = numbers(batch * rows * columns) { index in
      let (item, cell) = (index / (rows * columns), index % (rows * columns))
      return cell / columns < rowCounts[item] && cell % columns < columnCounts[item]
    }
    let rowPrices = numbers(batch * rows) { $0 % rows < rowCounts[$0 / rows] }
    let columnPrices = numbers(batch * columns) { $0 % columns < columnCounts[$0 / columns] }
    let problem = Assignment(maxThreads: threads)
    let solutions = try problem.solve(
      costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts, unmatchedRowCosts: rowPrices, unmatchedColumnCosts: columnPrices)
    let (values, gradient) = try problem.valuesAndGradient(
      costs.map { Float($0) }, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts, unmatchedRowCosts: rowPrices.map { Float($0) },
      unmatchedColumnCosts: columnPrices.map { Float($0) })
    #expect(values == solutions.values)
    for item in 0..<batch {
      let (height, width) = (rowCounts[item], columnCounts[item])
      let own = (0..<height).flatMap { row in
        (0..<width).map { costs[(item * rows + row) * columns + $0] }
      }
      let alone = try Assignment().solve(
        own, rows: height, columns: width,
        unmatchedRowCosts: Array(rowPrices[item * rows..<item * rows + height]),
        unmatchedColumnCosts: Array(columnPrices[item * columns..<item * columns + width]))
      #expect(solutions[item] == alone, "item \(item)")
      #expect(alone.dualityGap <= 1e-14)
      let rowGradient = gradient.unmatchedRowCosts[item * rows..<item * rows + height]
      #expect(rowGradient.map { Double($0) } == alone.unmatchedRowGradient)
      let columnGradient =
        gradient.unmatchedColumnCosts[item * columns..<item * columns + width]
      #expect(columnGradient.map { Double($0) } == alone.unmatchedColumnGradient)
    }
    let entries = zip(
      rowPrices + columnPrices, gradient.unmatchedRowCosts + gradient.unmatchedColumnCosts)
    #expect(entries.allSatisfy { !$0.isNaN || $1 == 0 })
  }

  /// A pair that costs as much as leaving both unmatched stays so, whatever the shape.
  @Test(arguments: [(1, 1), (3, 3), (2, 5), (5, 2)])
  func pairsAsDearAsTheirPricesStayUnmatched(rows: Int, columns: Int) throws {
    let costs = [Double](repeating: 1, count: rows * columns)
    let nobody = [Int32](repeating: -1, count: rows)
    let uniform = try Assignment(unmatchedCost: 0.5).solve(costs, rows: rows, columns: columns)
    #expect(uniform.columnOfRow == nobody)
    #expect((uniform.value, uniform.dualityGap) == (Double(rows + columns) / 2, 0))
    let priced = try Assignment().solve(
      costs, rows: rows, columns: columns, unmatchedRowCosts: .init(repeating: 0.25, count: rows),
      unmatchedColumnCosts: .init(repeating: 0.75, count: columns))
    #expect(priced.columnOfRow == nobody)
    #expect((priced.value, priced.dualityGap) == (Double(rows) / 4 + Double(columns) * 0.75, 0))
    // A little cheaper, and as many are matched as can be.
    let cheaper = try Assignment(unmatchedCost: 0.5).solve(
      costs.map { $0.nextDown }, rows: rows, columns: columns)
    #expect(cheaper.columnOfRow.filter { $0 >= 0 }.count == min(rows, columns))
  }

  /// One price for all is every price; dz* by it is the number of the unmatched.
  @Test func onePriceIsThePriceOfEach() throws {
    var random = SeededRandom(seed: 522)
    for trial in 0..<50 {
      let (rows, columns) = (
        Int.random(in: 0...5, using: &random), Int.random(in: 0...5, using: &random)
      )
      let costs = AssignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
      let shared = try Assignment(unmatchedCost: 0.25).solve(costs, rows: rows, columns: columns)
      let each = try Assignment().solve(
        costs, rows: rows, columns: columns,
        unmatchedRowCosts: .init(repeating: 0.25, count: rows),
        unmatchedColumnCosts: .init(repeating: 0.25, count: columns))
      #expect(abs(shared.value - each.value) <= 1e-12, "trial \(trial)")
      #expect(shared.columnOfRow == each.columnOfRow, "trial \(trial)")
      #expect(shared.isUnique == each.isUnique, "trial \(trial)")
    }
  }

  @Test func gradientsAreDifferences() throws {
    var random = SeededRandom(seed: 523)
    let (rows, columns) = (4, 5)
    let numbers = (0..<rows * columns + rows + columns).map { _ in
      Double.random(in: 0...1, using: &random)
    }
    func parts(_ numbers: [Double]) -> ([Double], [Double], [Double]) {
      let cells = rows * columns
      return (
        Array(numbers[..<cells]), Array(numbers[cells..<cells + rows]),
        Array(numbers[(cells + rows)...])
      )
    }
    func value(_ numbers: [Double]) throws -> Double {
      let (costs, ofRows, ofColumns) = parts(numbers)
      return try Assignment().solve(
        costs, rows: rows, columns: columns, unmatchedRowCosts: ofRows,
        unmatchedColumnCosts: ofColumns
      ).value
    }
    let (costs, ofRows, ofColumns) = parts(numbers)
    let gradient = try Assignment().valueAndGradient(
      costs, rows: rows, columns: columns, unmatchedRowCosts: ofRows,
      unmatchedColumnCosts: ofColumns
    ).gradient
    let all = gradient.costs + gradient.unmatchedRowCosts + gradient.unmatchedColumnCosts
    let step = 0x1p-20
    for index in numbers.indices {
      var (up, down) = (numbers, numbers)
      up[index] += step
      down[index] -= step
      #expect(abs(try (value(up) - value(down)) / (2 * step) - all[index]) < 1e-6, "\(index)")
    }
  }

  @Test func badInputIsNamed() {
    let costs: [Double] = [1, 2, 3, 4, 5, 6, 7, 8]
    func solve(_ costs: [Double], _ ofRows: [Double], _ ofColumns: [Double]) throws {
      _ = try Assignment().solve(
        costs, batch: 2, rows: 2, columns: 2, unmatchedRowCosts: ofRows,
        unmatchedColumnCosts: ofColumns)
    }
    let count = CombinatorialError.shapeMismatch(
      expected: "4 unmatched costs of rows and 4 of columns", found: "4 and 3")
    #expect(throws: count) { try solve(costs, [1, 1, 1, 1], [1, 1, 1]) }
    #expect(throws: CombinatorialError(.invalidUnmatchedCost(value: 1e308), item: 1)) {
      try solve(costs, [1, 1, 1, 1], [1, 1, 1, 1e308])
    }
    // The cost as it was given, not as the reduction has it.
    var infinite = costs
    infinite[6] = -.infinity
    #expect(throws: CombinatorialError(.invalidCost(row: 1, column: 0, value: -.infinity), item: 1))
    {
      try solve(infinite, [1, 1, 1, 1], [1, 1, 1, 1])
    }
    infinite[6] = -1e305
    #expect(throws: CombinatorialError(.invalidCost(row: 1, column: 0, value: -1e305), item: 1)) {
      try solve(infinite, [1, 1, 1, 1], [1, 1, 1, 1])
    }
  }
}
