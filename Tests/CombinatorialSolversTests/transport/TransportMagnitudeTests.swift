import CombinatorialSolvers
import TestSupport
import Testing

/// Magnitudes that lie far apart: a right answer, or an error; never a wrong one with a small gap.
struct TransportMagnitudeTests {
  /// The optimum over all spanning trees, without rounding; nil if there is no plan.
  private func optimum(
    _ costs: [Double], _ supply: [Double], _ demand: [Double]
  ) -> (value: ExactSum, terms: Double)? {
    let (rows, columns) = (supply.count, demand.count)
    var best: (value: ExactSum, terms: Double)?
    for arcs in 0..<1 << (rows * columns) where arcs.nonzeroBitCount == rows + columns - 1 {
      guard let plan = flows(arcs, supply, demand) else { continue }
      var (value, terms, isPlan) = (ExactSum(), 0.0, true)
      for (cell, flow) in plan {
        if flow == ExactSum() { continue }
        guard flow > ExactSum(), costs[cell] < .infinity else {
          isPlan = false
          break
        }
        // Masses are few bits: their sums are doubles.
        value.addProduct(costs[cell], flow.value)
        terms += abs(costs[cell] * flow.value)
      }
      if isPlan, best.map({ value < $0.value }) ?? true { best = (value, terms) }
    }
    return best
  }

  /// What the arcs of a spanning tree carry; nil if they are none.
  private func flows(
    _ arcs: Int, _ supply: [Double], _ demand: [Double]
  ) -> [(Int, ExactSum)]? {
    var left = (supply + demand.map { -$0 }).map { ExactSum([$0]) }
    var open = (0..<supply.count * demand.count).filter { arcs >> $0 & 1 == 1 }
    var result: [(Int, ExactSum)] = []
    while !open.isEmpty {
      let ends = open.map { ($0 / demand.count, supply.count + $0 % demand.count) }
      var degree = [Int](repeating: 0, count: left.count)
      for (row, column) in ends {
        (degree[row], degree[column]) = (degree[row] + 1, degree[column] + 1)
      }
      guard let at = ends.firstIndex(where: { degree[$0.0] == 1 || degree[$0.1] == 1 }) else {
        return nil
      }
      let (row, column) = ends[at]
      let flow = degree[row] == 1 ? left[row] : ExactSum() - left[column]
      left[row] -= flow
      left[column] += flow
      result.append((open.remove(at: at), flow))
    }
    return left.allSatisfy { $0 == ExactSum() } ? result : nil
  }

  @Test(arguments: 0..<400)
  func neverWrongWithASmallGap(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (rows, columns) = (
      Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random)
    )
    func magnitude(_ range: ClosedRange<Int>) -> Double {
      Double(sign: .plus, exponent: Int.random(in: range, using: &random), significand: 1)
    }
    let spread = [0, 60, 990].randomElement(using: &random)!
    var supply = [Double](repeating: 0, count: rows)
    var demand = [Double](repeating: 0, count: columns)
    let unit = magnitude(-900...900)
    for row in 0..<rows {
      for column in 0..<columns {
        let mass = Double(Int.random(in: 0...3, using: &random)) * unit * magnitude(0...20)
        (supply[row], demand[column]) = (supply[row] + mass, demand[column] + mass)
      }
    }
    let costs = (0..<rows * columns).map { _ in
      if Int.random(in: 0..<10, using: &random) == 0 { return Double.infinity }
      return Double.random(in: -1...1, using: &random) * magnitude(-spread...spread)
    }
    let exact = optimum(costs, supply, demand)
    do throws(CombinatorialError) {
      let solution = try Transport().solve(costs, supply: supply, demand: demand)
      guard let best = exact else {
        Issue.record("a plan where there is none")
        return
      }
      var excess = ExactSum()
      for entry in solution.plan {
        excess.addProduct(costs[entry.row * columns + entry.column], entry.mass)
      }
      excess -= best.value
      let rounding = 32 * Double(rows + columns) * 0x1p-52 * best.terms + .leastNormalMagnitude
      #expect(abs(excess.value) <= rounding)
      #expect(abs(solution.value - best.value.value) <= rounding)
      #expect(solution.dualityGap >= 0)
      for row in 0..<rows {
        let sum = ExactSum(solution.plan.filter { $0.row == row }.map(\.mass))
        #expect(abs((sum - ExactSum([supply[row]])).value) <= 8 * 0x1p-52 * supply[row])
      }
      for column in 0..<columns {
        let sum = ExactSum(solution.plan.filter { $0.column == column }.map(\.mass))
        #expect(abs((sum - ExactSum([demand[column]])).value) <= 8 * 0x1p-52 * demand[column])
      }
    } catch  where error.reason == .infeasible {
      #expect(exact == nil)
    } catch  where error.reason == .valueOutOfRange {
      let greatest = costs.filter(\.isFinite).map(abs).max() ?? 0
      #expect(greatest * max(1, supply.reduce(0, +)) > 1e290)
    } catch {
      throw error
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
