import CombinatorialExperiments
import Foundation
import TestSupport
import Testing

@Suite struct BagsGridTests {
  private static func grid(_ folder: String, _ arguments: String...) throws -> Tool.Outcome {
    let common = [
      "--results", folder + "/runs.jsonl", "--times", folder + "/times.jsonl",
      "--checkpoints", folder + "/runs", "--data", "digits", "--model", "mlp", "--epochs", "2",
      "--pictures", "200", "--batch-size", "16",
    ]
    let (process, output, errors) = Tool.process(["bags", "grid"] + arguments + common)
    try process.run()
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Tool.Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: String(decoding: outputData, as: UTF8.self),
      errors: String(decoding: errorData, as: UTF8.self))
  }

  @Test func trainsRecordsTimesAndDraws() throws {
    let folder = try TemporaryFolder()
    let cells = ["value:1,4:1", "value:8:1:4"]
    let first = try Self.grid(folder.path, cells[0], cells[1])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("bags of 8"))
    let runs = try JSONLines<BagRun>(path: folder.path + "/runs.jsonl").records()
    #expect(runs.map(\.options.bagSize) == [1, 4, 8])

    let times = try Self.grid(
      folder.path, cells[0], "--time-steps", "3", "--figure", folder.path + "/figure.svg",
      "--figure", folder.path + "/figure.png")
    #expect(times.status == 0, "\(times.errors)")
    let timings = try JSONLines<GradientTiming>(path: folder.path + "/times.jsonl").records()
    #expect(timings.map(\.options.bagSize) == [1, 4, 4, 4])
    for name in ["figure.svg", "figure.png"] {
      #expect(FileManager.default.fileExists(atPath: folder.path + "/" + name))
    }
    let again = try Self.grid(folder.path, cells[0], cells[1])
    #expect(again.status == 0)
    #expect(again.errors.isEmpty)
  }

  /// What a line says was run gives the line's result.
  @Test func recordedCommandsReproduceTheResult() throws {
    let folder = try TemporaryFolder()
    #expect(try Self.grid(folder.path, "interpolated:8:3:2").status == 0)
    let run = try #require(
      try JSONLines<BagRun>(path: folder.path + "/runs.jsonl").records().first)
    let arguments = run.command.split(separator: " ").dropFirst().map(String.init)
    let (process, output, _) = Tool.process(arguments)
    try process.run()
    let report = try JSONDecoder().decode(
      EpochReport.self, from: output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(report.testError == run.testError)
  }

  @Test func refusesWhatIsNoCell() throws {
    let folder = try TemporaryFolder()
    for (cell, reason) in [
      ("value:4", "value:4"), ("value:0:1", "bag size"), ("value:8:1:2,4", "curriculum"),
    ] {
      let outcome = try Self.grid(folder.path, cell)
      #expect(outcome.status == 64, "\(cell)")
      #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }
    let untold = try Tool.run(
      "bags", "grid", "value:4:1", "--results", folder.path + "/runs.jsonl", "--time-steps", "3")
    #expect(untold.status == 64)
    #expect(untold.errors.contains("--times"))
  }
}
