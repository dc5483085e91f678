import CombinatorialSolvers
import Testing

/// Magnitudes that lie far apart: a right answer, or an error; never a wrong one with a small gap.
struct TransportMagnitudeTests {
  /// Rounded totals forced mass on pairs that are forbidden or dear, or left some that is paid dearly.
  @Test func roundedTotalsForceNoMass() throws {
    func solve(
      _ costs: [Double], _ supply: [Double], _ demand: [Double], _ surplus: Double,
      _ shortage: Double
    ) throws -> TransportSolution {
      try Transport(imbalance: .priced(surplus: surplus, shortage: shortage))
        .solve(costs, supply: supply, demand: demand)
    }
    let inf = Double.infinity
    let forbidden = try solve([inf, inf], [9e55], [8e-100, 1e-165], 5e28, -5e28)
    #expect(forbidden.plan.isEmpty && abs(forbidden.value - 4.5e84) <= 1e69)
    let dear = try solve([0, 1e38, inf, 1e34], [0.5, 3e38], [1e-129, 8e-22], 0, -0.5)
    #expect(abs(dear.value + 4e-22) <= 1e-36 && !dear.plan.contains { $0.row == 1 })
    let paid = try solve([-5e-120, 5e-120], [5e-120], [5e-120, 9e-197], -4e75, 4e75)
    #expect(abs(paid.value - 3.6e-121) <= 1e-135)
    let apart = try solve([3e-171, -4e-187], [2e-219], [0, 5e140], -5e101, -9e123)
    #expect(apart.plan.isEmpty && apart.dualityGap <= 1e-50 * abs(apart.value))
  }

  /// Of a ragged batch one problem is solved again, with its totals balanced exactly.
  @Test func roundedTotalsForceNoMassOfABatch() throws {
    let (inf, nan) = (Double.infinity, Double.nan)
    let batch = try Transport(imbalance: .priced(surplus: 5e28, shortage: -5e28)).solve(
      [1, nan, inf, inf, 2, 3], supply: [1, 9e55, 2], demand: [1, nan, 8e-100, 1e-165, 1, 1],
      batch: 3, rows: 1, columns: 2, columnCounts: [1, 2, 2])
    #expect(batch[1].plan.isEmpty && abs(batch[1].value - 4.5e84) <= 1e69)
    for (item, costs) in [(0, [1.0]), (2, [2, 3])] {
      let alone = try Transport(imbalance: .priced(surplus: 5e28, shortage: -5e28)).solve(
        costs, supply: [Double(costs.count)], demand: costs.map { _ in 1 })
      #expect(batch[item] == alone)
    }
  }

  @Test func costsThatThePlanAvoidsDrownNothing() throws {
    let costs = [
      250.5, 374.5, 2413.0, 1e16, 0.0015, 213, 328.75, 2295, 1e16, 0.1375, 197, 309, 2242.5, 1e16,
      2.5,
      1e16, 1e16, 1e16, 5.25, 1e16, 38.5, 81, 333, 1e16, 0,
    ]
    let masses = [0.125, 0.125, 0.125, 0.125, 0.5]
    let solution = try Transport().solve(costs, supply: masses, demand: masses)
    #expect(abs(solution.value - 57.548625) <= 1e-13)
    #expect(solution.dualityGap == 0 && solution.dualViolation <= 1e-13)
    let inf = Double.infinity
    let tiny = try Transport().solve([1e-45, inf, 1e-45, 1e-45], supply: [1, 1], demand: [1, 1])
    #expect(tiny.value == 2e-45 && tiny.dualityGap <= 1e-59)
    for entry in tiny.plan {
      #expect(
        abs(tiny.rowPotentials[entry.row] + tiny.columnPotentials[entry.column] - 1e-45) <= 1e-59)
    }
    let large = try Transport().solve(
      [1e300, 1, 2, 1.7e308] as [Double], supply: [1, 1], demand: [1, 1])
    #expect(large.value == 3 && large.dualityGap <= 1e-14)
  }

  @Test func massesOfAnyMagnitudeArrive() throws {
    func bell(_ center: Double) -> [Double] {
      let masses = (0..<100).map { x in
        let squares = 0x1p-3 * (Double(x) - center) * (Double(x) - center)
        return Double(sign: .plus, exponent: -Int(squares), significand: 1.5)
      }
      let sum = masses.reduce(0, +)
      return masses.map { $0 / sum }
    }
    let (supply, demand) = (bell(30), bell(55))
    let costs = (0..<10_000).map { cell -> Double in
      let distance = Double(cell / 100 - cell % 100)
      return distance * distance
    }
    let solution = try Transport().solve(costs, supply: supply, demand: demand)
    for (row, left) in solution.surplus.enumerated() {
      #expect(supply[row] > 0 && abs(left) <= 200 * 0x1p-52 * supply[row])
    }
    #expect(solution.dualityGap <= 1e-12 * solution.value)
    let denormal = try Transport().solve([3] as [Double], supply: [0x1p-1060], demand: [0x1p-1060])
    #expect(denormal.plan.map(\.mass) == [0x1p-1060])
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try Transport().solve([1e10] as [Double], supply: [1e300], demand: [1e300])
    }
    #expect(
      throws: CombinatorialError(
        .invalidOption(
          "the total supply of batch item 0", value: .infinity,
          expected: "at most \(Double.greatestFiniteMagnitude)"), item: 0)
    ) {
      try Transport().solve([1, 1] as [Double], supply: [1e308, 1e308], demand: [1.7e308])
    }
    #expect(throws: CombinatorialError(.infeasible, item: 0)) {
      try Transport().solve(
        [0, .infinity, .infinity, 0] as [Double], supply: [1, 1e-20], demand: [1, 0])
    }
  }

  @Test func massesRoundedToFloatAreEqualToItsRounding() throws {
    let costs = (0..<25).map { Double($0 * 7 % 11) }
    let supply = [Double](repeating: Double(0.2 as Float), count: 5)
    let demand = [Double](repeating: 0.2, count: 5)
    let total = supply.reduce(0, +)
    #expect(throws: CombinatorialError(.unbalanced(supply: total, demand: 1), item: 0)) {
      try Transport().solve(costs, supply: supply, demand: demand)
    }
    let solution = try Transport(balanceTolerance: 1e-5).solve(
      costs, supply: supply, demand: demand)
    #expect(solution.plan.count == 5 && solution.dualityGap <= 1e-12)
    #expect(
      throws: CombinatorialError(
        .invalidOption("balance tolerance", value: 1, expected: "a share, 0 ..< 1"))
    ) {
      try Transport(balanceTolerance: 1).solve(costs, supply: supply, demand: demand)
    }
  }

  @Test func sizesThatOverflowAreNamed() {
    #expect(
      throws: CombinatorialError.sizeOverflow(
        "a batch of \(Int.max) with 2 supplies and 2 demands")
    ) {
      try Transport().solve(
        [] as [Double], supply: [], demand: [], batch: .max, rows: 2, columns: 2)
    }
    #expect(
      throws: CombinatorialError.shapeMismatch(
        expected: "1 x \(Int.max) supplies and 1 x 2 demands", found: "0 and 0")
    ) {
      try Transport().solve(
        [] as [Double], supply: [], demand: [], batch: 1, rows: .max, columns: 2)
    }
  }

  @Test func aPlanThatLacksMassHasNoSmallGap() throws {
    let solution = try Transport().solve(
      [0, 0, 0, 0] as [Double], supply: [1, 1e-30], demand: [1e-30, 1])
    #expect(solution.dualityGap == 0 && solution.plan.count >= 2)
  }

  @Test(arguments: [1.0, 2, 3])
  func theLineBearsAnyMagnitude(power: Double) throws {
    let line = TransportOnLine(power: power)
    let solution = try line.solve(
      sources: [0, 1], targets: [0, 2], supply: [1, 1e-20], demand: [1e-20, 1])
    #expect(solution.surplus.allSatisfy { abs($0) <= 1e-34 } || solution.dualityGap < 1e-12)
    for (row, left) in solution.surplus.enumerated() {
      #expect(abs(left) <= 1e-15 * [1, 1e-20][row])
    }
    #expect(solution.dualityGap < 1e-12)
    #expect(throws: CombinatorialError(.valueOutOfRange, item: 0)) {
      try line.solve(sources: [-1e308], targets: [1e308], supply: [1], demand: [1])
    }
    let far = try line.solve(
      sources: [-1.5e308, 1e308], targets: [1e308, -1.5e308], supply: [1, 2], demand: [2, 1])
    #expect(far.value == 0)
    let small = try line.solve(
      sources: [1e-300, 3e-300], targets: [2e-300, 5e-300], supply: [1e-300, 1e300],
      demand: [1e-300, 1e300])
    #expect(abs(small.surplus[0]) <= .leastNormalMagnitude)
  }
}
