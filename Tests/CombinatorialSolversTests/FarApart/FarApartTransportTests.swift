import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// Transport against all bases, without rounding.
struct FarApartTransportTests {
  private static func judge(
    _ problem: ExactTransport, rounding: Double = .ulpOfOne, _ solve: () throws -> TransportSolution
  ) throws -> FarApart.Verdict {
    let best = problem.best()
    do {
      return try FarApart.judge(least: best?.cost) {
        problem.verdict(try solve(), best, rounding: rounding)
      }
    } catch let error as CombinatorialError where error == .outOfRange {
      return problem.mayOverflow ? .refused : .wrong("out of range: \(best?.magnitude ?? .nan)")
    }
  }

  /// The masses of most instances do not take the value out of range.
  private static func scale(_ numbers: inout FarApartNumbers) -> Double {
    numbers.oneIn(4) ? 1 : 0x1p-400
  }

  @Test func plans() {
    FarApart.check("Transport") { numbers in
      let (rows, columns) = (1 + numbers.below(3), 1 + numbers.below(3))
      let (supply, demand) = ExactTransport.balanced(
        &numbers, rows: rows, columns: columns, scale: Self.scale(&numbers))
      let costs = numbers.costs(rows * columns)
      return try Self.judge(ExactTransport(costs: costs, supply: supply, demand: demand)) {
        try Transport().solve(costs, supply: supply, demand: demand)
      }
    }
  }

  @Test func plansOfFloatCosts() {
    FarApart.check("Transport of floats", isFloat: true) { numbers in
      let (rows, columns) = (1 + numbers.below(3), 1 + numbers.below(3))
      let supply = (0..<rows).map { _ in numbers.magnitude() }
      let demand =
        rows == columns ? numbers.shuffled(supply) : [Double](repeating: 0, count: columns)
      let costs = numbers.costs(rows * columns)
      let masses = rows == columns ? supply : .init(repeating: 0, count: rows)
      let problem = ExactTransport(costs: costs, supply: masses, demand: demand)
      return try Self.judge(problem, rounding: Double(Float.ulpOfOne)) {
        try Transport().solve(
          costs.map(Float.init), supply: masses.map(Float.init), demand: demand.map(Float.init))
      }
    }
  }

  @Test func plansWithPricedImbalances() {
    FarApart.check("Transport with prices") { numbers in
      let (rows, columns) = (1 + numbers.below(2), 1 + numbers.below(2))
      let scale = Self.scale(&numbers)
      let supply = (0..<rows).map { _ in numbers.magnitude() * scale }
      let demand = (0..<columns).map { _ in numbers.magnitude() * scale }
      let costs = numbers.costs(rows * columns)
      let prices = (surplus: numbers.number(), shortage: numbers.number())
      let problem = ExactTransport(costs: costs, supply: supply, demand: demand, prices: prices)
      return try Self.judge(problem) {
        try Transport(
          imbalance: .priced(surplus: prices.surplus, shortage: prices.shortage)
        ).solve(costs, supply: supply, demand: demand)
      }
    }
  }

  /// Between the distances as doubles have them, none of which is stored.
  @Test func plansInSpace() {
    FarApart.check("TransportInSpace") { numbers in
      let (rows, columns) = (1 + numbers.below(3), 1 + numbers.below(3))
      let (dimensions, metric) = (
        1 + numbers.below(3), TransportInSpace.Metric.allCases[numbers.below(3)]
      )
      let (supply, demand) = ExactTransport.balanced(
        &numbers, rows: rows, columns: columns, scale: Self.scale(&numbers))
      // Coordinates are at most 2^500.
      let sources = numbers.numbers(rows * dimensions).map { $0 * 0x1p-500 }
      let targets = numbers.numbers(columns * dimensions).map { $0 * 0x1p-500 }
      let distances = TransportInSpaceTests.distances(
        sources, targets, dimensions: dimensions, metric)
      return try Self.judge(ExactTransport(costs: distances, supply: supply, demand: demand)) {
        try TransportInSpace(metric: metric).solve(
          sources: sources, targets: targets, dimensions: dimensions, supply: supply,
          demand: demand)
      }
    }
  }

  /// The optimum follows the order of both sides; its terms are at least 0, so that doubles tell it.
  @Test func plansOnTheLine() {
    FarApart.check("TransportOnLine") { numbers in
      let (rows, columns) = (1 + numbers.below(4), 1 + numbers.below(4))
      let (supply, demand) = ExactTransport.balanced(
        &numbers, rows: rows, columns: columns, scale: Self.scale(&numbers))
      let power = [1, 1, 1.5, 2, 3][numbers.below(5)]
      // Powers of most distances are in the range of double too.
      let unit = numbers.oneIn(4) ? 1 : [0x1p-100, 0x1p-400, 0x1p-600, 0x1p-700][Int(power)]
      let sources = numbers.numbers(rows).map { $0 * unit }
      let targets = numbers.numbers(columns).map { $0 * unit }
      func cost(_ row: Int, _ column: Int) -> Double {
        pow(abs(sources[row] - targets[column]), power)
      }
      let monotone = Self.monotonePlan(sources, targets, supply, demand)
      let least = monotone.reduce(0.0) { $0 + $1.mass * cost($1.row, $1.column) }
      // A cost beyond the range of double is refused, however little mass pays it.
      let isInRange = least.isFinite && monotone.allSatisfy { cost($0.row, $0.column).isFinite }
      do {
        let solution = try TransportOnLine(power: power).solve(
          sources: sources, targets: targets, supply: supply, demand: demand)
        guard isInRange else { return .wrong("\(solution.value), but \(least) is out of range") }
        var left = (supply + demand).map { ExactSum([$0]) }
        for entry in solution.plan {
          left[entry.row] -= entry.mass
          left[rows + entry.column] -= entry.mass
        }
        let share = Double(rows + columns) * 0x1p-52
        for (left, mass) in zip(left, supply + demand) {
          let rounding = share * mass + Double(rows + columns) * .leastNonzeroMagnitude
          if abs(left.value) > rounding { return .wrong("\(left.value) is left of \(mass)") }
        }
        let found = solution.plan.reduce(0.0) { $0 + $1.mass * cost($1.row, $1.column) }
        // Masses and costs below the least normal number are rounded to multiples of the least one.
        let greatest = sources.flatMap { source in targets.map { abs(source - $0) } }.max() ?? 0
        let finite = min(pow(greatest, power), .greatestFiniteMagnitude)
        let underflow =
          Double(rows + columns) * (finite + supply.reduce(1, +)) * .leastNonzeroMagnitude
        let bound = 32 * (1 + power) * share * least + underflow
        return FarApart.verdict(
          cost: ExactSum([found]), value: solution.value, gap: solution.dualityGap,
          least: ExactSum([least]), bound: bound, valueBound: bound)
      } catch let error as CombinatorialError where error == .outOfRange {
        return isInRange ? .wrong("\(least) is in range") : .refused
      }
    }
  }

  /// Mass never crosses mass.
  private static func monotonePlan(
    _ sources: [Double], _ targets: [Double], _ supply: [Double], _ demand: [Double]
  ) -> [(row: Int, column: Int, mass: Double)] {
    let rows = sources.indices.sorted { sources[$0] < sources[$1] }
    let columns = targets.indices.sorted { targets[$0] < targets[$1] }
    var (left, wanted) = (supply.map { ExactSum([$0]) }, demand.map { ExactSum([$0]) })
    var plan: [(row: Int, column: Int, mass: Double)] = []
    for row in rows {
      for column in columns {
        let mass = min(left[row], wanted[column])
        guard ExactSum() < mass else { continue }
        plan.append((row, column, mass.value))
        left[row] -= mass
        wanted[column] -= mass
      }
    }
    return plan
  }
}
