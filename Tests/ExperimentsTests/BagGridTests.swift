import Foundation
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct BagGridTests {
  private static func grid(_ folder: String, _ cells: String...) throws -> BagGrid {
    var options = BagTrainingTests.options(bagSize: 1, epochs: 2)
    options.pictures = 160
    return BagGrid(
      options: options, cells: try cells.map { try #require(BagGrid.Cell($0)) },
      results: JSONLines(path: folder + "/results.jsonl"), checkpoints: folder)
  }

  @Test func readsCells() throws {
    let cell = try #require(BagGrid.Cell("lp:24,32:1,2:4,8"))
    #expect(cell.gradient == .lp)
    #expect(cell.bagSizes == [24, 32])
    #expect(cell.seeds == [1, 2])
    #expect(cell.curriculum == [4, 8])
    for text in ["value:1:1", "interpolated:4,8:1,2,3", "lp:24,32:1,2:4,8"] {
      #expect(BagGrid.Cell(text)?.description == text)
    }
    let faulty = [
      "", "value", "value:4", "values:4:1", "value:4:", "value::1", "value:4,:1", "value:4:-1",
      "value:4:1:", "value:4:1:2:3", "value:4 8:1",
    ]
    for text in faulty { #expect(BagGrid.Cell(text) == nil, "\(text)") }
  }

  @Test func runsSeedAfterSeed() throws {
    let grid = try Self.grid("", "value:1,4:1,2", "lp:8:3:2")
    let runs = grid.runs.map { "\($0.gradient) \($0.bagSize) \($0.seed) \($0.curriculum)" }
    #expect(
      runs == ["value 1 1 []", "value 4 1 []", "value 1 2 []", "value 4 2 []", "lp 8 3 [2]"])
  }

  @Test func runsEveryRunOnce() throws {
    let folder = try TemporaryFolder()
    var started = 0
    func run(_ cells: String...) throws -> Bool {
      try Self.grid(folder.path, "value:1,4:1", cells[0]).run(on: Digits.data) {
        if case .started = $0 { started += 1 }
      }
    }
    #expect(try run("value:4:1"))
    #expect(started == 2)
    #expect(try run("interpolated:4:1"))
    #expect(started == 3)
    let runs = try Self.grid(folder.path).comparableResults()
    #expect(runs.map(\.options.gradient) == [.value, .value, .interpolated])
    #expect(runs.map(\.options.bagSize) == [1, 4, 4])
    #expect(runs.allSatisfy { (0..<1).contains($0.testError) && $0.seconds > 0 })
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files == ["results.jsonl"])
  }

  /// A run that is stopped, or fails after its last step, goes on to the result of one that is not.
  @Test(arguments: [0, 7, 15, 20])
  func interruptedRunsGoOn(stopAfter: Int) throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let (stopped, whole) = (
      try Self.grid(folder.path, "value:4:1"), try Self.grid(other.path, "value:4:1")
    )
    #expect(try whole.run(on: Digits.data))
    var steps = 0
    let isComplete = try? stopped.run(on: Digits.data) { event in
      if case .step = event { steps += 1 }
      if case .saved = event, steps == 20 { throw CancellationError() }
    } shouldStop: {
      steps == stopAfter
    }
    #expect(isComplete == (stopAfter < 20 ? false : nil))
    #expect(try stopped.results.records().isEmpty)
    #expect(try stopped.run(on: Digits.data))
    let results = try [stopped, whole].map { try $0.results.records() }
    #expect(results[0].count == 1)
    #expect(results[0].map(\.testError) == results[1].map(\.testError))
  }

  /// Results of other options stay in the file and out of the figure.
  @Test func comparesRunsOfTheSameOptionsOnly() throws {
    let folder = try TemporaryFolder()
    var grid = try Self.grid(folder.path, "value:4:1")
    #expect(try grid.run(on: Digits.data))
    grid.options.epochs = 1
    #expect(try grid.comparableResults().isEmpty)
    #expect(try grid.run(on: Digits.data))
    #expect(try grid.comparableResults().map(\.options.epochs) == [1])
    #expect(try grid.results.records().count == 2)
  }

  @Test func commandsNameEveryOption() {
    var options = BagTrainingOptions()
    options.gradient = .interpolated
    options.curriculum = [4, 8]
    options.augments = false
    options.pictures = 100
    let run = BagRun(options: options, testError: 0.5, seconds: 1, lossShare: 0)
    #expect(
      run.command == "combinatorial-losses bags train --data fashion-mnist --bag-size 8 "
        + "--curriculum 4,8 --gradient interpolated --lambda 20.0 --model resnet8 --epochs 6 "
        + "--pictures 100 --batch-size 32 --learning-rate 0.1 --schedule one-cycle "
        + "--momentum 0.9 --weight-decay 0.0005 --no-augment --seed 1")
  }
}

@Suite struct JSONLinesTests {
  private struct Record: Codable, Equatable { let number: Int }

  @Test func addsAndReplaces() throws {
    let folder = try TemporaryFolder()
    let lines = JSONLines<Record>(path: folder.path + "/lines.jsonl")
    #expect(try lines.records().isEmpty)
    for number in 0..<3 { try lines.append(Record(number: number)) }
    #expect(try lines.records().map(\.number) == [0, 1, 2])
    try lines.replace(with: [Record(number: 7)])
    #expect(try lines.records() == [Record(number: 7)])
    #expect(try FileBytes.read(lines.path) == Array(#"{"number":7}"#.utf8) + [10])
  }

  @Test func namesTheLineThatIsNone() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      Array("{\"number\":1}\n{\"number\":\n".utf8), as: "lines.jsonl")
    #expect {
      try JSONLines<Record>(path: file).records()
    } throws: { error in
      guard case DataFileError.corrupt(file, 13, _, "'{\"number\":'") = error else { return false }
      return true
    }
    let lines = JSONLines<Record>(path: folder.path + "/none/lines.jsonl")
    #expect(throws: DataFileError.self) { try lines.append(Record(number: 1)) }
  }
}
