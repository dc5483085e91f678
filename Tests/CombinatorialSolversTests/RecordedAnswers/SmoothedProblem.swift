import CombinatorialSolvers
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
  static let all = alignments + transports

  /// The answers to all instances; those without a solution have no numbers.
  func answers() throws -> [Answer] {
    try (0..<Self.instances).map { instance in
      var draw = AnswerDraw(instance: instance)
      do {
        return try answer(&draw)
      } catch let error as CombinatorialError where error.reason == .infeasible {
        return ([], [])
      }
    }
  }
}

extension AnswerDraw {
  /// Costs between -4 and 4, integers or not.
  mutating func smoothCosts(_ count: Int) -> [Double] {
    let isWhole = once(in: 2)
    return (0..<count).map { _ in isWhole ? Double(integer(-4...4)) : 8 * uniform() - 4 }
  }
}
