import CombinatorialSolvers
import Testing

/// A problem, and what it answers to an instance.
struct RecordedProblem: Sendable, CustomTestStringConvertible {
  /// Draws an instance, solves it, and adds all that the solution says.
  typealias Answer = @Sendable (inout AnswerDraw, inout AnswerHash) throws -> Void

  let name: String
  let instances: Int
  let answer: Answer

  init(_ name: String, instances: Int = 1000, _ answer: @escaping Answer) {
    (self.name, self.instances, self.answer) = (name, instances, answer)
  }

  var testDescription: String { name }

  /// What is recorded of a problem.
  struct Record: Codable {
    var instances: Int
    /// Of each twentieth of the instances the two hashes, as text.
    var blocks: [String]
  }

  static let all =
    matchings + alignments + chains + paths + trees + flows + transports

  /// Solves all instances; tells how many were refused, too.
  func record() throws -> (Record, refusals: Int) {
    var refusals = 0
    let size = instances / 20
    let blocks = try stride(from: 0, to: instances, by: size).map { start in
      var hash = AnswerHash()
      for instance in start..<start + size {
        var draw = AnswerDraw(instance: instance)
        do {
          try answer(&draw, &hash)
        } catch let error as CombinatorialError {
          hash.add(error)
          refusals += 1
        }
      }
      return String(hash.answer, radix: 16) + " " + String(hash.proof, radix: 16)
    }
    return (Record(instances: instances, blocks: blocks), refusals)
  }
}
