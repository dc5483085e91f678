import Foundation
import ProblemFiles
import TestSupport
import Testing

@Suite struct SolveAssignmentTests {
  private struct Single: Decodable {
    let value: Double
    let columnOfRow: [Int]
    let rowPotentials, columnPotentials: [Double]
    let dualityGap: Double
    let isUnique: Bool
  }

  private struct Batch: Decodable {
    let value: [Double]
    let columnOfRow: [[Int]]
    let rowPotentials, columnPotentials: [[Double]]
    let dualityGap: [Double]
    let isUnique: [Bool]
  }

  /// Writes costs to a file of the folder.
  private static func file(
    _ costs: [Double], _ shape: [Int], in folder: TemporaryFolder, name: String = "costs.npy"
  ) throws -> String {
    let path = folder.path + "/" + name
    try NumPyArray(shape: shape, elements: .double(costs)).write(to: path)
    return path
  }

  private static func decode<Report: Decodable>(_ outcome: Tool.Outcome) throws -> Report {
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasSuffix("}\n"))
    #expect(outcome.output.count { $0 == "\n" } == 1)
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  @Test func printsOneObjectOnOneLine() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([4, 1, 3, 2, 0, 5, 3, 2, 2], [3, 3], in: folder)
    let report: Single = try Self.decode(Tool.run("solve", "assignment", costs))
    #expect(report.value == 5)
    #expect(report.columnOfRow == [1, 0, 2])
    #expect(report.isUnique)
    #expect(report.dualityGap == 0)
    #expect((report.rowPotentials + report.columnPotentials).reduce(0, +) == 5)
  }

  @Test func printsArraysForABatch() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([1, 2, 2, 1, 5, 5, 5, 5], [2, 2, 2], in: folder)
    let report: Batch = try Self.decode(Tool.run("solve", "assignment", costs))
    #expect(report.value == [2, 10])
    #expect(report.isUnique == [true, false])
    #expect(report.columnOfRow[0] == [0, 1])
    #expect(report.columnOfRow[1].sorted() == [0, 1])
    #expect(report.dualityGap == [0, 0])
  }

  @Test func readsStandardInput() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([1, .infinity, .infinity, 2], [2, 2], in: folder)
    let input = try Data(contentsOf: URL(fileURLWithPath: costs))
    let report: Single = try Self.decode(Tool.run("solve", "assignment", "-", input: input))
    #expect(report.value == 3)
    let failure = try Tool.run("solve", "assignment", "-", input: Data(input.dropLast()))
    #expect(failure.status == 65)
    #expect(failure.errors.contains("standard input"))
  }

  @Test(arguments: ["2", "-0.5", "0"])
  func takesTheUnmatchedCost(cost: String) throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([10, 10, 10, 1], [2, 2], in: folder)
    let report: Single = try Self.decode(
      Tool.run("solve", "assignment", costs, "--unmatched-cost", cost))
    let unmatched = try #require(Double(cost))
    #expect(report.value == min(4 * unmatched, 2 * unmatched + 1))
  }

  @Test func emptyMatricesCostNothing() throws {
    let folder = try TemporaryFolder()
    let costs = try Self.file([], [0, 3], in: folder)
    let report: Single = try Self.decode(Tool.run("solve", "assignment", costs))
    #expect(report.value == 0)
    #expect(report.columnOfRow.isEmpty)
  }

  private static func expectRefusal(_ outcome: Tool.Outcome, naming texts: [String]) {
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 2 && outcome.errorLines.last == "", "\(outcome.errors)")
    for text in texts { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
  }

  @Test(
    arguments: [
      ([1, 2, 3, Double.nan], [2, 2], ["row 1, column 1", "nan"]),
      ([1, 2, -.infinity, 4], [1, 2, 2], ["batch 0, row 1, column 0", "-inf"]),
      ([.infinity, 2, .infinity, 4], [2, 2], ["infeasible"]),
      ([1, 1, .infinity, .infinity], [2, 1, 2], ["batch 1", "infeasible"]),
      ([1, 2], [2], ["[2]"]),
      ([1], [1, 1, 1, 1], ["[1, 1, 1, 1]"]),
      ([1e308, 2, 3, 1e308].map { -$0 }, [2, 2], ["largest double"]),
    ] as [([Double], [Int], [String])])
  func refusesBadCostsInOneLine(costs: [Double], shape: [Int], texts: [String]) throws {
    let folder = try TemporaryFolder()
    let file = try Self.file(costs, shape, in: folder)
    Self.expectRefusal(try Tool.run("solve", "assignment", file), naming: [file] + texts)
  }

  @Test func refusesBadFilesInOneLine() throws {
    let folder = try TemporaryFolder()
    let file = try Self.file([1, 2, 3, 4], [2, 2], in: folder)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    for length in [0, 5, 9, 40, bytes.count - 1] {
      let cut = try folder.write(bytes.prefix(length), as: "cut.npy")
      Self.expectRefusal(
        try Tool.run("solve", "assignment", cut), naming: [cut, "byte \(length)"])
    }
    let missing = folder.path + "/missing.npy"
    Self.expectRefusal(
      try Tool.run("solve", "assignment", missing), naming: [missing, "No such file"])
    Self.expectRefusal(try Tool.run("solve", "assignment", folder.path), naming: [folder.path])
    Self.expectRefusal(
      try Tool.run("solve", "assignment", folder.path + "/two\nlines.npy"), naming: ["two\\nlines"])
  }

  @Test(arguments: [
    [], ["solve"], ["solve", "nonsense"], ["solve", "assignment"], ["nonsense"],
    ["solve", "assignment", "a.npy", "--unmatched-cost", "nan"],
    ["solve", "assignment", "a.npy", "--unmatched-cost", "much"],
    ["bags", "train", "--data", "mnist"], ["bags", "train", "--bag-size", "0"],
    ["bags", "train", "--resume"], ["bags", "train", "--threads", "0"],
    ["bags", "evaluate"], ["bags", "demo", "--bag-sizes", "1,x"],
  ])
  func wrongUsageIs64OrHelp(arguments: [String]) throws {
    let (process, output, errors) = Tool.process(arguments)
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // A command that only groups others prints its help.
    let isGroup = arguments.isEmpty || arguments == ["solve"]
    #expect(process.terminationStatus == (isGroup ? 0 : 64))
    #expect(printed.isEmpty == !isGroup)
    #expect(complaint.isEmpty == isGroup)
  }

  @Test func refusesAnUnknownInstructionSet() throws {
    let folder = try TemporaryFolder()
    let file = try Self.file([1], [1, 1], in: folder)
    for name in ["sse9", "", "AVX2"] {
      let outcome = try Tool.run(
        "solve", "assignment", file, environment: ["CL_INSTRUCTION_SET": name])
      #expect(outcome.status == 64)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("CL_INSTRUCTION_SET") && outcome.errors.contains("'\(name)'"))
    }
    let scalar = try Tool.run(
      "solve", "assignment", file, environment: ["CL_INSTRUCTION_SET": "scalar"])
    #expect(scalar.status == 0)
  }
}
