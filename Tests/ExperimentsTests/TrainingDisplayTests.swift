import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct TrainingDisplayTests {
  @Test(arguments: [
    (0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3_599, "59:59"), (3_600, "1:00:00"),
    (36_061, "10:01:01"), (-3, "0:00"), (.infinity, "0:00"), (.nan, "0:00"),
  ])
  func writesTimes(seconds: Double, text: String) {
    #expect(TrainingDisplay.clock(seconds) == text)
  }

  private static func shown(isTerminal: Bool) throws -> [String] {
    var texts: [String] = []
    var display = TrainingDisplay(isTerminal: isTerminal, write: { texts.append($0) })
    let training = try BagTraining(
      options: BagTrainingTests.options(bagSize: 4), dataset: Digits.data)
    try training.run(evaluatesEveryEpoch: false) { display.show($0) }
    display.end("done")
    return texts
  }

  @Test func writesPlainLinesWhereThereIsNoTerminal() throws {
    let texts = try Self.shown(isTerminal: false)
    #expect(texts.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") && !$0.contains("\u{1B}") })
    #expect(texts.first?.contains("mlp") == true)
    #expect(texts.contains { $0.hasPrefix("epoch 2/2") && $0.contains("test error") })
    #expect(texts.last == "done\n")
  }

  @Test func drawsOverTheLineOnATerminal() throws {
    let texts = try Self.shown(isTerminal: true)
    #expect(texts.allSatisfy { $0.hasPrefix("\r\u{1B}[K") })
    #expect(texts.last == "\r\u{1B}[Kdone\n")
  }

  /// 30 of 120 steps in 10 seconds leave 30 seconds; 20 of them came from the checkpoint.
  @Test func estimatesTheTimeLeftFromTheStepsOfThisRun() {
    var display = TrainingDisplay(isTerminal: false, write: { _ in })
    display.show(
      TrainingEvent.started(
        TrainingPlan(
          options: BagTrainingOptions(), parameters: 1, trainingPictures: 1, smallestBag: 8,
          largestBag: 8, testPictures: 1, steps: 24 * BagTrainingOptions().epochs,
          stepsTaken: 20)))
    let report = StepReport(
      step: 50, steps: 120, epoch: 3, loss: 0.25, stepLoss: 0.2, items: 64, seconds: 0.1)
    display.show(TrainingEvent.step(report))
    #expect(
      display.status(report, elapsed: 15)
        == "epoch 3/6  41%  loss 0.250  640 pictures/s  0:35 left")
  }
}

@Suite struct TrainingLogTests {
  private struct Line: Decodable {
    let kind: String
    let epoch: Int?
    let loss, lossSeconds: Double?
    let skippedBags: Int?
    let picturesPerSecond: Double?
    let stepsTaken: Int?
    let isComplete: Bool?
  }

  private static func lines(of path: String) throws -> [Line] {
    try FileBytes.read(path).split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Line.self, from: Data($0))
    }
  }

  @Test func writesOneObjectALineAndGoesOnAfterAResume() throws {
    let folder = try TemporaryFolder()
    let (path, file) = (folder.path + "/log.jsonl", folder.path + "/run.safetensors")
    let data = try Digits.data
    let options = BagTrainingTests.options(bagSize: 4)
    for isResumed in [false, true] {
      let training = try BagTraining(
        options: options, dataset: data, resumingFrom: isResumed ? file : nil)
      let log = try TrainingLog(path: path, continues: isResumed)
      var epochs = 0
      let isComplete = try training.run(checkpoint: file) {
        try log.write($0)
        if case .epoch = $0 { epochs += 1 }
      } shouldStop: {
        epochs == 1 && !isResumed
      }
      try log.writeEnd(isComplete: isComplete)
    }
    let lines = try Self.lines(of: path)
    #expect(lines.map(\.kind) == ["start", "epoch", "end", "start", "epoch", "end"])
    #expect(lines.compactMap(\.epoch) == [1, 2])
    #expect(lines.compactMap(\.isComplete) == [false, true])
    #expect(lines[3].stepsTaken == 90)
    #expect(lines[4].skippedBags != nil && lines[4].lossSeconds != nil && lines[4].loss != nil)
    _ = try TrainingLog(path: path, continues: false)
    #expect(try FileBytes.read(path).isEmpty)
  }

  @Test func saysWhenItCannotBeWritten() {
    #expect {
      try TrainingLog(path: "/nowhere/log.jsonl", continues: false)
    } throws: { error in
      guard case DataFileError.unwritable("/nowhere/log.jsonl", _) = error else { return false }
      return true
    }
  }
}

@Suite struct BagsDemoTests {
  @Test func comparesBagSizesOnTheSameNumberOfPictures() throws {
    let data = try Digits.data
    var options = BagTrainingTests.options(bagSize: 1, epochs: 2)
    options.pictures = 400
    var pictures: [Int] = []
    let outcome = try BagsDemo(options: options, bagSizes: [1, 4]).run(on: data) { event in
      if case .epoch(let report) = event { pictures.append(report.pictures) }
    }
    let rows = try #require(outcome).rows
    #expect(rows.map(\.bagSize) == [1, 4])
    #expect(pictures == [400, 400, 400, 400])
    #expect(rows.allSatisfy { $0.seconds > 0 && $0.lossShare > 0 && $0.lossShare < 1 })
    let table = BagsDemo.table(rows).split(separator: "\n")
    #expect(table.count == 3)
    #expect(Set(table.map(\.count)).count == 1)
  }

  @Test func stopsWhenTold() throws {
    let data = try Digits.data
    let options = BagTrainingTests.options(bagSize: 1)
    let outcome = try BagsDemo(options: options, bagSizes: [1]).run(on: data, shouldStop: { true })
    #expect(outcome == nil)
  }
}
