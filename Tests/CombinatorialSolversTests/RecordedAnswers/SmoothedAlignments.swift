import CombinatorialSolvers
import Foundation

extension SmoothedProblem {
  static let alignments = [SmoothedProblem(name: "SoftAlignment", answer: softAlignment)]

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
      [solution.value] + solution.gradient,
      [16 * steps * distance * 0x1p-52] + solution.gradient.map { share * $0 + 0x1p-1000 }
    )
  }
}
