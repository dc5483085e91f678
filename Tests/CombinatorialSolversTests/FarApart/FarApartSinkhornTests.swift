import CombinatorialSolvers
import Foundation
import TestSupport
import Testing

/// Entropic transport against what characterizes its plan, the masses and the form that potentials give it,
/// and against the exact optimum of transport, which its cost exceeds by no more than the entropy.
struct FarApartSinkhornTests {
  @Test func plans() {
    FarApart.check("Sinkhorn", allows: Self.isDocumented) { numbers in
      let (rows, columns) = (1 + numbers.below(3), 1 + numbers.below(3))
      let (supply, demand) = ExactTransport.balanced(
        &numbers, rows: rows, columns: columns, scale: numbers.oneIn(4) ? 1 : 0x1p-400)
      let costs = numbers.costs(rows * columns)
      let problem = ExactTransport(costs: costs, supply: supply, demand: demand)
      let range = Self.range(costs)
      let isRelative = range > 0 && !numbers.oneIn(4)
      let sinkhorn = Sinkhorn(
        temperature: isRelative
          ? max(range * numbers.magnitude(exponents: -35...10), .leastNonzeroMagnitude)
          : numbers.magnitude(exponents: -996...990))
      let best = problem.best()
      do {
        return try FarApart.judge(least: best?.cost) {
          let solution = try sinkhorn.solve(costs, supply: supply, demand: demand)
          return Self.verdict(solution, of: sinkhorn, problem, best)
        }
      } catch let error as CombinatorialError {
        if error == .outOfRange {
          // The value has the entropy too, at the temperature.
          let entropy = sinkhorn.temperature * supply.reduce(0, +) * 1024
          return problem.mayOverflow || !entropy.isFinite ? .refused : .wrong("out of range")
        }
        guard case .invalidOption("temperature", let temperature, _) = error.reason else {
          throw error
        }
        return temperature <= 0x1p-48 / sinkhorn.tolerance * range
          ? .refused : .wrong("\(temperature) is no low temperature of \(range)")
      }
    }
  }

  private static func isDocumented(_ error: CombinatorialError) -> Bool {
    if case .notConverged = error.reason { true } else { false }
  }

  private static func range(_ costs: [Double]) -> Double {
    let finite = costs.filter(\.isFinite)
    return (finite.max() ?? 0) - (finite.min() ?? 0)
  }

  private static func verdict(
    _ solution: SinkhornSolution, of sinkhorn: Sinkhorn, _ problem: ExactTransport,
    _ best: ExactTransport.Optimum?
  ) -> FarApart.Verdict {
    if let fault = marginalFault(solution, problem, tolerance: sinkhorn.tolerance) {
      return .wrong(fault)
    }
    if let fault = formFault(solution, problem, temperature: sinkhorn.temperature) {
      return .wrong(fault)
    }
    var (cost, magnitude) = (ExactSum(), 0.0)
    for (price, mass) in zip(problem.costs, solution.plan) where mass > 0 {
      cost.addProduct(price, mass)
      magnitude += abs(price * mass)
    }
    let count = Double(problem.costs.count + problem.rows + problem.columns)
    let greatest = problem.costs.reduce(0) { $1 < .infinity ? max($0, abs($1)) : $0 }
    let total = problem.supply.reduce(0, +)
    let off = sinkhorn.tolerance * total
    // What costs share is counted once for all, of the whole total; masses and products round to the least double.
    let rounding =
      count * 0x1p-50 * max(magnitude, greatest * total) + off * greatest + (greatest + 1) * count
      * .leastNonzeroMagnitude
    let difference = (cost - ExactSum([solution.transportCost])).value
    if !(abs(difference) <= rounding) {
      return .wrong("a cost off by \(difference) > \(rounding)")
    }
    // Forbidden pairs may leave as much as the tolerance.
    guard let best else { return .right }
    // Masses that are off by so much change the optimum by no more than that, along a path of the plan.
    let slack = count * off * range(problem.costs) + rounding
    let shorter = Double(min(problem.rows, problem.columns))
    let entropy = shorter == 1 ? 0 : sinkhorn.temperature * total * log(shorter)
    let excess = (cost - best.cost).value
    return excess >= -slack && excess <= entropy * (1 + 0x1p-40) + slack
      ? .right : .wrong("\(excess) above the optimum, entropy \(entropy), slack \(slack)")
  }

  /// The masses of the plan are off by no more than the tolerance, in sum.
  private static func marginalFault(
    _ solution: SinkhornSolution, _ problem: ExactTransport, tolerance: Double
  ) -> String? {
    var left = (problem.supply + problem.demand).map { ExactSum([$0]) }
    for (cell, mass) in solution.plan.enumerated() {
      guard mass >= 0, mass.isFinite, mass == 0 || problem.costs[cell] < .infinity else {
        return "mass \(mass) of cell \(cell)"
      }
      left[cell / problem.columns] -= mass
      left[problem.rows + cell % problem.columns] -= mass
    }
    let off = left.reduce(0) { $0 + abs($1.value) }
    let least = Double(problem.costs.count) * .leastNonzeroMagnitude
    let allowed = tolerance * (1 + 0x1p-30) * problem.supply.reduce(0, +) + least
    return off <= allowed ? nil : "masses off by \(off) > \(allowed)"
  }

  /// log x = log(supply demand / total) + (u + v - cost) / t, up to rounding.
  private static func formFault(
    _ solution: SinkhornSolution, _ problem: ExactTransport, temperature: Double
  ) -> String? {
    let total = log(problem.supply.reduce(0, +))
    let potentials = solution.rowPotentials + solution.columnPotentials
    let greatest = potentials.reduce(0) { max($0, abs($1)) }
    for (cell, mass) in solution.plan.enumerated() where mass > 0x1p-1000 {
      let (row, column) = (cell / problem.columns, cell % problem.columns)
      let (u, v) = (solution.rowPotentials[row], solution.columnPotentials[column])
      let exponent = (ExactSum([u, v]) - ExactSum([problem.costs[cell]])).value / temperature
      let ofMasses = log(problem.supply[row]) + log(problem.demand[column]) - total
      // Potentials and costs are rounded beside the greatest of them.
      let size = greatest + range(problem.costs)
      let bound =
        0x1p-46 * (size / temperature + 4096) + 8 * .leastNonzeroMagnitude / temperature
      let difference = log(mass) - ofMasses - exponent
      if !(abs(difference) <= bound) {
        return "cell \(cell): log x off by \(difference) > \(bound)"
      }
    }
    return nil
  }
}
