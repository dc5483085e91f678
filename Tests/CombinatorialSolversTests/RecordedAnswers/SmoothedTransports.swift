import CombinatorialSolvers

extension SmoothedProblem {
  static let transports = [SmoothedProblem(name: "Sinkhorn", answer: sinkhorn)]

  /// Of a dual objective D whose gradient, the marginal errors, adds up to e = tolerance * total, and whose
  /// potentials are soft minima of costs in a range R: D is at most e (5 R + t) below its maximum, by concavity;
  /// this is t times the divergence of the best plan from the plan; and Pinsker's inequality bounds the sum of
  /// their differences by sqrt(2 total divergence).
  private static func sinkhorn(_ draw: inout AnswerDraw) throws -> Answer {
    let (rows, columns) = (draw.integer(1...9), draw.integer(1...9))
    let temperature = [0.125, 1, 8][draw.below(3)]
    let costs = draw.smoothCosts(rows * columns)
    let supply = (0..<rows).map { _ in Double(draw.integer(1...9) * columns) }
    let total = supply.reduce(0, +)
    let demand = (0..<columns).map { _ in total / Double(columns) }
    let tolerance = 1e-12
    let solution = try Sinkhorn(temperature: temperature, tolerance: tolerance).solve(
      costs, supply: supply, demand: demand)

    let largest = costs.reduce(0) { max($0, abs($1)) }
    let below = tolerance * total * (10 * largest + temperature)
    let moved = 2 * (2.01 * total * below / temperature).squareRoot()
    return (
      [solution.value, solution.transportCost] + solution.plan,
      [2 * below, largest * moved] + solution.plan.map { _ in moved }
    )
  }
}
