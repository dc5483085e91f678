import Foundation
import ProblemFiles
import TestSupport
import Testing

@Suite struct SolveAlignmentTests {
  private struct Single: Decodable {
    let value: Double
    let moves: String
    let gradient: [[Double]]?
  }

  private struct Batch: Decodable {
    let value: [Double]
    let moves: [String]
    let gradient: [[[Double]]]?
  }

  private static func file(
    _ costs: [Double], _ shape: [Int], in folder: TemporaryFolder
  ) throws -> String {
    let path = folder.path + "/costs.npy"
    try NumPyArray(shape: shape, elements: .double(costs)).write(to: path)
    return path
  }

  private static func decode<Report: Decodable>(_ outcome: Tool.Outcome) throws -> Report {
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.count { $0 == "\n" } == 1)
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  @Test func printsValueMovesAndGradient() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([0.5, 9, 9, 9, 4, 0.25], [2, 3], in: folder)
    let report: Single = try Self.decode(
      Tool.run("solve", "alignment", costs, "--gap-factor", "1.5", "--gradient"))
    #expect(report.value == 4.875)
    #expect(report.moves == "DDH")
    #expect(report.gradient == [[1, 0, 0], [0, 1, 1.5]])
    let short: Single = try Self.decode(Tool.run("solve", "alignment", costs))
    #expect(short.value == 4.875 && short.gradient == nil)
  }

  @Test func takesTheOtherRules() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([0.5, 9, 9, 9, 4, 0.25], [2, 3], in: folder)
    let byCost: Single = try Self.decode(
      Tool.run("solve", "alignment", costs, "--gap-cost", "1"))
    #expect(byCost.value == 0.5 + 1 + 0.25 && byCost.moves == "DHD")
    let warped: Single = try Self.decode(
      Tool.run("solve", "alignment", costs, "--time-warping", "--band", "1"))
    #expect(warped.value == 0.5 + 4 + 0.25 && warped.moves == "DHD")
  }

  @Test func printsArraysForABatch() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([1, 2, 2, 1, 5, 5, 5, 5], [2, 2, 2], in: folder)
    let report: Batch = try Self.decode(Tool.run("solve", "alignment", costs, "--gradient"))
    #expect(report.value == [2, 10])
    #expect(report.moves == ["DD", "DD"])
    #expect(report.gradient == [[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
  }

  @Test(arguments: [[0, 4], [4, 0], [0, 0], [2, 0, 3]])
  func anEmptySequenceHasNoWarpingPath(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let file = try Self.file([], shape, in: folder)
    let outcome = try Tool.run("solve", "alignment", file, "--time-warping")
    guard outcome.status != 0 else { return }
    #expect(outcome.status == 65 && outcome.errorLines.count == 2)
    #expect(outcome.errors.contains("at least one row") || outcome.errors.contains("is empty"))
    #expect(!outcome.errors.contains("forbidden"))
  }

  @Test(
    arguments: [
      ([1, 2, 3, Double.nan], [2, 2], ["row 1, column 1", "nan"]),
      ([1, 2, -.infinity, 4], [1, 2, 2], ["batch 0, row 1, column 0", "-inf"]),
      ([.infinity, 2, 3, 4], [2, 2], ["infeasible"]),
      ([1, 2], [2], ["[2]"]),
    ] as [([Double], [Int], [String])])
  func refusesBadCostsInOneLine(costs: [Double], shape: [Int], texts: [String]) throws {
    let folder = try TemporaryFolder()
    let file = try Self.file(costs, shape, in: folder)
    let outcome = try Tool.run("solve", "alignment", file)
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
    for text in [file] + texts { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
  }

  @Test(arguments: [
    ["--gap-factor", "0"], ["--gap-factor", "nan"], ["--gap-cost", "inf"], ["--band", "1"],
    ["--gap-factor", "2", "--gap-cost", "1"], ["--time-warping", "--band", "-1"],
  ])
  func wrongUsageIs64(options: [String]) throws {
    let (process, output, _) = Tool.process(["solve", "alignment", "a.npy"] + options)
    try process.run()
    #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
  }
}
