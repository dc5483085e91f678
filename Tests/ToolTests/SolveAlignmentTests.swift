import Foundation
import TestSupport
import Testing

@Suite struct SolveAlignmentTests {
  private struct Single: Decodable {
    let value: Double
    let moves: String
    let gradient: [[Double]]?
  }

  @Test func printsValueMovesAndGradient() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([0.5, 9, 9, 9, 4, 0.25], [2, 3])
    let report: Single = try Tool.run(
      "solve", "alignment", costs, "--gap-factor", "1.5", "--gradient"
    ).report()
    #expect(report.value == 4.875)
    #expect(report.moves == "DDH")
    #expect(report.gradient == [[1, 0, 0], [0, 1, 1.5]])
    let short: Single = try Tool.run("solve", "alignment", costs).report()
    #expect(short.value == 4.875 && short.gradient == nil)
  }

  @Test func takesTheOtherRules() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([0.5, 9, 9, 9, 4, 0.25], [2, 3])
    let byCost: Single = try Tool.run("solve", "alignment", costs, "--gap-cost", "1").report()
    #expect(byCost.value == 0.5 + 1 + 0.25 && byCost.moves == "DHD")
    let warped: Single = try Tool.run("solve", "alignment", costs, "--time-warping", "--band", "1")
      .report()
    #expect(warped.value == 0.5 + 4 + 0.25 && warped.moves == "DHD")
  }

  @Test func printsALineForEachProblemOfABatch() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([1, 2, 2, 1, 5, 5, 5, 5], [2, 2, 2])
    let reports: [Single] = try Tool.run("solve", "alignment", costs, "--gradient").reports()
    #expect(reports.map(\.value) == [2, 10] && reports.map(\.moves) == ["DD", "DD"])
    #expect(reports.map(\.gradient) == [[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
  }

  @Test(arguments: [[0, 4], [4, 0], [0, 0], [1, 0, 3]])
  func anEmptySequenceHasNoWarpingPath(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let file = try folder.array([], shape)
    let outcome = try Tool.run("solve", "alignment", file, "--time-warping")
    guard outcome.status != 0 else { return }
    try outcome.expectRefusal("infeasible", naming: ["is empty"])
    #expect(!outcome.errors.contains("forbidden"))
  }

  @Test(
    arguments: [
      ([1, 2, 3, Double.nan], [2, 2], "invalid", ["row 1, column 1", "nan"]),
      ([.infinity, 2, 3, 4], [2, 2], "infeasible", ["infeasible"]),
      ([1, 2], [2], "invalid", ["[2]"]),
    ] as [([Double], [Int], String, [String])])
  func refusesBadCostsInOneLine(
    costs: [Double], shape: [Int], status: String, texts: [String]
  ) throws {
    try Tool.expectRefusal(of: costs, shape, by: "alignment", status, naming: texts)
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
