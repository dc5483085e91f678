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

  private struct Letters: Decodable {
    let value, dualityGap: Double
    let moves: String
    let gradient: [[Double]]?
    let gapGradient: [Double]?
  }

  private func text(_ text: String, _ name: String, in folder: TemporaryFolder) throws -> String {
    let path = "\(folder.path)/\(name)"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  @Test func alignsTextsLineByLine() throws {
    let folder = try TemporaryFolder()
    let first = try text("GATTACA\r\nkitten\n", "first.txt", in: folder)
    let second = try text("GATACA\n\n", "second.txt", in: folder)
    let reports: [Letters] = try Tool.run("solve", "letter-alignment", first, second).reports()
    #expect(reports.map(\.value) == [1, 6] && reports.map(\.dualityGap) == [0, 0])
    #expect(reports[1].moves == "VVVVVV" && reports[0].gradient == nil)
    let table = try folder.array([2, -1, -1, 2], [2, 2], "table")
    let (a, b) = (try text("ab", "a", in: folder), try text("b", "b", in: folder))
    let scored: Letters = try Tool.run(
      "solve", "letter-alignment", a, b, "--alphabet", "ab", "--costs", table, "--gap", "-3",
      "--maximize", "--gradient"
    ).report()
    #expect(scored.value == -1 && scored.moves == "VD" && scored.dualityGap == 0)
    #expect(scored.gradient == [[0, 0], [0, 1]] && scored.gapGradient == [1, 0])
  }

  @Test func refusesTextsThatDoNotFit() throws {
    let folder = try TemporaryFolder()
    let (a, b) = (try text("ab\nac\n", "a.txt", in: folder), try text("b\n", "b.txt", in: folder))
    try Tool.run("solve", "letter-alignment", a, b).expectRefusal(
      "invalid", naming: ["b.txt", "2", "1"])
    try Tool.run("solve", "letter-alignment", a, a, "--alphabet", "ab").expectRefusal(
      "invalid", naming: ["a.txt", "line 2", "letter 1", "c"])
    let table = try folder.array([1, 2, 3], [3, 1], "table")
    try Tool.run("solve", "letter-alignment", a, a, "--alphabet", "abc", "--costs", table)
      .expectRefusal("invalid", naming: ["table.npy", "[3, 3]"])
    let none = try folder.array([0, 1, .nan, 0], [2, 2], "none")
    let refused = try text("b\n", "c.txt", in: folder)
    try Tool.run("solve", "letter-alignment", refused, b, "--alphabet", "ab", "--costs", none)
      .expectRefusal("invalid", naming: ["none.npy", "row 1, column 0", "nan"])
    #expect(try Tool.run("solve", "letter-alignment", a, a, "--costs", table).status == 64)
  }
}
