import CombinatorialSolvers
import Foundation
import Testing

/// A problem with exponentials in it, whose bits depend on the instruction set: the numbers are recorded, and
/// compared within what the solver promises.
struct SmoothedProblem: Sendable, CustomTestStringConvertible {
  /// Numbers of an answer; of each, by how much two right answers may differ.
  typealias Answer = (numbers: [Double], bounds: [Double])

  let name: String
  /// Draws an instance and solves it.
  let answer: @Sendable (inout AnswerDraw) throws -> Answer

  var testDescription: String { name }

  static let instances = 24
  static let all = [
    SmoothedProblem(name: "SoftAlignment", answer: softAlignment),
    SmoothedProblem(name: "Sinkhorn", answer: sinkhorn),
  ]

  /// The answers to all instances; those without a solution have no numbers.
  func answers() throws -> [Answer] {
    try (0..<Self.instances).map { instance in
      var draw = AnswerDraw(instance: instance)
      do {
        return try answer(&draw)
      } catch CombinatorialError.infeasible {
        return ([], [])
      }
    }
  }

  /// The bounds are those of ``SoftAlignment``, twice: of shares of at most n moves, and of 4 n more roundings in
  /// sums of their products.
  private static func softAlignment(_ draw: inout AnswerDraw) throws -> Answer {
    let (rows, columns) = (draw.integer(1...9), draw.integer(1...9))
    let temperature = [0.125, 1, 8][draw.below(3)]
    let alignment = RecordedProblem.rule(&draw)
    var costs = draw.smoothCosts(rows * columns)
    if draw.once(in: 4) { costs[draw.below(costs.count)] = .infinity }
    let solution = try SoftAlignment(temperature: temperature, alignment: alignment).solve(
      costs, rows: rows, columns: columns)

    let steps = Double(rows + columns)
    let largest = costs.reduce(0) { $1 < .infinity ? max($0, abs($1)) : $0 }
    let greatestPrice =
      switch alignment.gaps {
      case .factor(let factor): largest * max(1, factor)
      case .cost(let cost): max(largest, abs(cost))
      case .timeWarping: largest
      }
    let distance = steps * (greatestPrice + temperature * log(3))
    let share = expm1(16 * steps * distance * 0x1p-52 / temperature) + 8 * steps * 0x1p-52
    return (
      [solution.value] + solution.expectedPath,
      [16 * steps * distance * 0x1p-52] + solution.expectedPath.map { share * $0 + 0x1p-1000 }
    )
  }

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

extension AnswerDraw {
  /// Costs between -4 and 4, integers or not.
  fileprivate mutating func smoothCosts(_ count: Int) -> [Double] {
    let isWhole = once(in: 2)
    return (0..<count).map { _ in isWhole ? Double(integer(-4...4)) : 8 * uniform() - 4 }
  }
}
