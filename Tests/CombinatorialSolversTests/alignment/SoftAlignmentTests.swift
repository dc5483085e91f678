import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

struct SoftAlignmentTests {
  private let rules: [Alignment] = [
    Alignment(), Alignment(gapFactor: 0.75), Alignment(gapCost: 1), .timeWarping(),
    .timeWarping(band: 1),
  ]

  /// The sum over all paths, one by one.
  private func reference(
    _ costs: [Double], rows: Int, columns: Int, _ problem: SoftAlignment
  ) -> Double {
    ExhaustiveAlignment(costs, rows: rows, columns: columns, rule: problem.alignment)
      .softValue(temperature: problem.temperature)
  }

  /// What cl_alignment.h promises of a value: 8 n A 2^-52 with n = rows + columns and A = n (greatest
  /// magnitude of a price + t log 3); no rule here has prices above 1.5 times its costs and 1. Sums over
  /// paths are as close.
  private func valueBound(
    _ costs: [Double], _ rows: Int, _ columns: Int, _ temperature: Double
  ) -> Double {
    let price = costs.reduce(1.0) { max($0, 1.5 * abs($1)) }
    let (n, magnitude) = (Double(rows + columns), price + temperature * log(3.0))
    return 8 * n * n * magnitude * 0x1p-52
  }

  @Test(arguments: 0..<5, [0.1, 1, 10])
  func isTheSoftMinimumOverAllPaths(rule: Int, temperature: Double) throws {
    var random = SeededRandom(seed: 81)
    let problem = SoftAlignment(temperature: temperature, alignment: rules[rule])
    for (rows, columns) in [(1, 1), (1, 4), (4, 1), (3, 3), (4, 5), (5, 3)] {
      for family in [AlignmentFamily.uniform, .signed, .ties] {
        let costs = family.costs(rows: rows, columns: columns, using: &random)
        let expected = reference(costs, rows: rows, columns: columns, problem)
        let found = try problem.solve(costs, rows: rows, columns: columns)
        let bound = 2 * valueBound(costs, rows, columns, temperature)
        #expect(abs(found.value - expected) <= bound, "\(rows)x\(columns)")
      }
    }
  }

  @Test(arguments: 0..<5)
  func tendsToTheHardAlignment(rule: Int) throws {
    var random = SeededRandom(seed: 82)
    for (rows, columns) in [(5, 5), (17, 9), (20, 33)] {
      let costs = AlignmentFamily.uniform.costs(rows: rows, columns: columns, using: &random)
      let hard = try rules[rule].solve(costs, rows: rows, columns: columns)
      var last = Double.infinity
      for temperature in [1, 0.1, 0.01, 1e-4, 1e-6] {
        let soft = try SoftAlignment(temperature: temperature, alignment: rules[rule])
          .solve(costs, rows: rows, columns: columns)
        let distance = hard.value - soft.value
        let bound = valueBound(costs, rows, columns, temperature)
        #expect(distance >= -bound && distance <= last + 2 * bound)
        // There are fewer than 3^(rows + columns) paths.
        #expect(distance <= temperature * Double(rows + columns) * log(3) + bound)
        last = distance
        if temperature == 1e-6, hard.isUnique {
          // Others cost 2^-12 more at least: their probabilities are below exp(-200). What is left is
          // the rounding of each node's probability, one move after the other.
          let rounding = 8 * Double(rows + columns) * 0x1p-52
          #expect(
            zip(soft.gradient, hard.gradient).allSatisfy {
              abs($0 - $1) <= rounding * max(1, $1)
            })
        }
      }
    }
  }

  /// Central differences, by costs and by prices of gaps.
  @Test(arguments: 0..<5)
  func gradientsAreExpectedPaths(rule: Int) throws {
    var random = SeededRandom(seed: 92)
    let (rows, columns, temperature, step) = (4, 3, 0.7, 0x1p-16)
    let problem = SoftAlignment(temperature: temperature, alignment: rules[rule])
    let costs = AlignmentFamily.signed.costs(rows: rows, columns: columns, using: &random)
    let solution = try problem.solve(costs, rows: rows, columns: columns)
    // The second and third derivatives are cumulants of how often a random path pays a price, over t and t^2: of a
    // number from 0 to r the third is at most r^3 / (6 sqrt 3).
    let range = 1.5 * Double(rows + columns)
    let bound = ErrorBound.centralDifference(
      step: step,
      thirdDerivative: range * range * range / (6 * 3.squareRoot()) / (temperature * temperature),
      valueError: valueBound(costs + [2], rows, columns, temperature))
    for cell in costs.indices {
      let sides = try [step, -step].map { offset in
        var moved = costs
        moved[cell] += offset
        return try problem.solve(moved, rows: rows, columns: columns).value
      }
      #expect(abs(solution.gradient[cell] - (sides[0] - sides[1]) / (2 * step)) <= bound)
    }
    guard case .cost = problem.alignment.gaps else { return }
    let gaps = GapCosts(predicted: [1, 0.5, 2, 0.25], target: [0.75, 1.5, 1])
    let priced = try problem.solve(costs, rows: rows, columns: columns, gapCosts: gaps)
    for column in 0..<columns {
      let sides = try [step, -step].map { offset in
        var moved = gaps
        moved.target[column] += offset
        return try problem.solve(costs, rows: rows, columns: columns, gapCosts: moved).value
      }
      let found = priced.gapGradient.target[column]
      #expect(abs(found - (sides[0] - sides[1]) / (2 * step)) <= bound)
    }
  }

  /// What lies behind the lengths is not read (it is NaN), and each item is what it is alone.
  @Test(arguments: [1, 3])
  func raggedBatchesAreTheirItems(threads: Int) throws {
    var random = SeededRandom(seed: 93)
    let alignment = Alignment(gapCost: 1, maxThreads: threads)
    let problem = SoftAlignment(temperature: 0.5, alignment: alignment)
    let (batch, rows, columns) = (40, 9, 7)
    let rowCounts = (0..<batch).map { _ in Int.random(in: 0...rows, using: &random) }
    let columnCounts = (0..<batch).map { _ in Int.random(in: 0...columns, using: &random) }
    var costs = AlignmentFamily.signed.costs(rows: batch * rows, columns: columns, using: &random)
    for cell in costs.indices {
      let (item, row, column) = (cell / 63, cell / 7 % 9, cell % 7)
      if row >= rowCounts[item] || column >= columnCounts[item] { costs[cell] = .nan }
    }
    let together = try problem.solve(
      costs, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts)
    let floats = try problem.valuesAndGradient(
      costs.map { Float($0) }, batch: batch, rows: rows, columns: columns, rowCounts: rowCounts,
      columnCounts: columnCounts)
    #expect(floats.values == together.values)
    #expect(floats.gradient == together.gradient(of: Double.self).map { Float($0) })
    for (item, solution) in together.enumerated() {
      let used = costs[item * 63..<(item + 1) * 63].filter { !$0.isNaN }
      let alone = try problem.solve(used, rows: rowCounts[item], columns: columnCounts[item])
      #expect(solution == alone)
    }
    #expect(zip(costs, floats.gradient).allSatisfy { $0.isNaN ? $1 == 0 : $1 >= 0 })
  }

  /// The gap is what rounding may make of the value: more than it makes, and little.
  @Test func theGapBoundsRounding() throws {
    let problem = SoftAlignment(temperature: 1)
    let solution = try problem.solve([0.5, 9, 9, 9, 4, 0.25], rows: 2, columns: 3)
    let exact = ExhaustiveAlignment(
      [0.5, 9, 9, 9, 4, 0.25], rows: 2, columns: 3, gaps: .factor(1.5)
    ).softValue(temperature: 1)
    #expect(abs(solution.value - exact) <= solution.dualityGap && solution.dualityGap < 1e-12)
    let json = String(decoding: try JSONEncoder().encode(solution), as: UTF8.self)
    #expect(json.contains("gradient") && json.contains("value"))
  }

  @Test func badInputIsNamed() {
    #expect(
      throws: CombinatorialError(
        .invalidOption("temperature", value: 0, expected: "a number greater than 0"))
    ) { try SoftAlignment(temperature: 0).solve([1], rows: 1, columns: 1) }
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try SoftAlignment(temperature: 1).solve([Double.infinity], rows: 1, columns: 1)
    }
    #expect(
      throws: CombinatorialError(.invalidCost(row: 0, column: 1, value: -.infinity), item: 0)
    ) { try SoftAlignment(temperature: 1).solve([1, -Double.infinity], rows: 1, columns: 2) }
  }
}
