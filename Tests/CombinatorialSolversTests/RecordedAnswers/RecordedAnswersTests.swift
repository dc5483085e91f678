import Foundation
import TestSupport
import Testing

/// What every problem answered when `Fixtures/answers.json` was written, bit by bit: an answer that changes is
/// meant to, or a mistake.
///
///     RECORD_ANSWERS=Tests/TestSupport/Fixtures/answers.json swift test --filter RecordedAnswersTests
///
/// writes it anew. Every instruction set and build has the same record.
struct RecordedAnswersTests {
  private static let recordPath = ProcessInfo.processInfo.environment["RECORD_ANSWERS"]
  private static let isRecording = recordPath != nil

  @Test(.enabled(if: !isRecording), arguments: RecordedProblem.all)
  func answersAreTheSameBits(problem: RecordedProblem) throws {
    let old = try #require(try AnswerRecord.fixture().hashes[problem.name])
    let (new, refusals) = try problem.record()
    // Instances are there to be solved.
    #expect(refusals < problem.instances / 2)
    try #require(old.instances == new.instances)
    try #require(old.blocks.count == new.blocks.count)
    let size = old.instances / old.blocks.count
    for (block, (old, new)) in zip(old.blocks, new.blocks).enumerated() where old != new {
      let isProof = old.split(separator: " ").first == new.split(separator: " ").first
      Issue.record(
        """
        \(isProof ? "the proof" : "the answer") of an instance of \
        \(block * size) ..< \((block + 1) * size) has changed
        """)
    }
  }

  @Test(.enabled(if: !isRecording), arguments: SmoothedProblem.all)
  func smoothedAnswersAreAsNearAsPromised(problem: SmoothedProblem) throws {
    let recorded = try #require(try AnswerRecord.fixture().numbers[problem.name])
    let answers = try problem.answers()
    try #require(recorded.count == answers.count)
    for (instance, (line, new)) in zip(recorded, answers).enumerated() {
      let old = line.split(separator: " ").compactMap { Double($0) }
      try #require(old.count == new.numbers.count, "instance \(instance)")
      for place in old.indices {
        #expect(
          abs(old[place] - new.numbers[place]) <= new.bounds[place],
          "number \(place) of instance \(instance)")
      }
    }
  }

  @Test(.enabled(if: isRecording)) func record() throws {
    let hashes = try RecordedProblem.all.map { ($0.name, try $0.record().0) }
    let numbers = try SmoothedProblem.all.map { problem in
      (
        problem.name,
        try problem.answers().map { $0.numbers.map(\.description).joined(separator: " ") }
      )
    }
    let record = AnswerRecord(
      hashes: Dictionary(uniqueKeysWithValues: hashes),
      numbers: Dictionary(uniqueKeysWithValues: numbers))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try encoder.encode(record).write(to: URL(fileURLWithPath: #require(Self.recordPath)))
  }
}

/// `Fixtures/answers.json`.
private struct AnswerRecord: Codable {
  var hashes: [String: RecordedProblem.Record]
  /// Of each smoothed problem, for each instance, the numbers of its answer, one after the other.
  var numbers: [String: [String]]

  static func fixture() throws -> AnswerRecord { try decoded(fixture: "answers") }
}
