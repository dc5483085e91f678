import Foundation
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

  @Test func printsOneObjectOnOneLine() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([4, 1, 3, 2, 0, 5, 3, 2, 2], [3, 3])
    let report: Single = try Tool.run("solve", "assignment", costs).report()
    #expect(report.value == 5)
    #expect(report.columnOfRow == [1, 0, 2])
    #expect(report.isUnique)
    #expect(report.dualityGap == 0)
    #expect((report.rowPotentials + report.columnPotentials).reduce(0, +) == 5)
  }

  @Test func printsALineForEachProblemOfABatch() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([1, 2, 2, 1, 5, 5, 5, 5], [2, 2, 2])
    let reports: [Single] = try Tool.run("solve", "assignment", costs).reports()
    #expect(reports.map(\.value) == [2, 10])
    #expect(reports.map(\.isUnique) == [true, false])
    #expect(reports[0].columnOfRow == [0, 1])
    #expect(reports[1].columnOfRow.sorted() == [0, 1])
    #expect(reports.map(\.dualityGap) == [0, 0])
    let none = try folder.array([], [0, 2, 2])
    #expect(try Tool.run("solve", "assignment", none).output.isEmpty)
  }

  private struct Answer: Decodable {
    let status: String
    let value: Double?
    let reason: String?
  }

  @Test func aBatchHasAnAnswerOrAReasonForEachProblem() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([1, 2, .infinity, .infinity, 3, .nan, 4, 5], [4, 1, 2])
    let outcome = try Tool.run("solve", "assignment", costs)
    let answers = try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
    }
    #expect(answers.map(\.status) == ["optimal", "infeasible", "invalid", "optimal"])
    #expect(answers.map(\.value) == [1, nil, nil, 4])
    #expect(answers[1].reason?.contains("batch 1: infeasible") == true)
    #expect(answers[2].reason?.contains("(batch 2, row 0, column 1)") == true)
    #expect(outcome.status == 65 && outcome.errorLines.count == 2)
    #expect(outcome.errors.hasSuffix("(and 1 more without a solution)\n"))
  }

  private struct Priced: Decodable {
    let value: Double
    let gradient, reducedCosts: [[Double]]
  }

  @Test(arguments: [false, true])
  func gradientsAndReducedCostsAreRows(maximizes: Bool) throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([5, 1, 2, 0, 4, 4], [2, 3])
    let report: Priced = try Tool.run(
      ["solve", "assignment", costs, "--gradient", "--reduced-costs"]
        + (maximizes ? ["--maximize"] : [])
    ).report()
    #expect(report.value == (maximizes ? 9 : 1))
    #expect(report.gradient == (maximizes ? [[1, 0, 0], [0, 1, 0]] : [[0, 1, 0], [1, 0, 0]]))
    for (prices, chosen) in zip(report.reducedCosts.joined(), report.gradient.joined()) {
      #expect(prices >= 0 && (chosen == 0 || prices == 0))
    }
  }

  @Test func readsStandardInput() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([1, .infinity, .infinity, 2], [2, 2])
    let input = try Data(contentsOf: URL(fileURLWithPath: costs))
    let report: Single = try Tool.run("solve", "assignment", "-", input: input).report()
    #expect(report.value == 3)
    let failure = try Tool.run("solve", "assignment", "-", input: Data(input.dropLast()))
    #expect(failure.status == 65)
    #expect(failure.errors.contains("standard input"))
  }

  @Test(arguments: ["2", "-0.5", "0"])
  func takesTheUnmatchedCost(cost: String) throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([10, 10, 10, 1], [2, 2])
    let report: Single = try Tool.run("solve", "assignment", costs, "--unmatched-cost", cost)
      .report()
    let unmatched = try #require(Double(cost))
    #expect(report.value == min(4 * unmatched, 2 * unmatched + 1))
  }

  @Test func emptyMatricesCostNothing() throws {
    let folder = try TemporaryFolder()
    let costs = try folder.array([], [0, 3])
    let report: Single = try Tool.run("solve", "assignment", costs).report()
    #expect(report.value == 0)
    #expect(report.columnOfRow.isEmpty)
  }

  @Test(
    arguments: [
      ([1, 2, 3, Double.nan], [2, 2], "invalid", ["row 1, column 1", "nan"]),
      ([1, 2, -.infinity, 4], [1, 2, 2], "invalid", ["batch 0, row 1, column 0", "-inf"]),
      ([.infinity, 2, .infinity, 4], [2, 2], "infeasible", ["infeasible"]),
      ([1, 2], [2], "invalid", ["expected [rows, columns], or [batch, rows, columns]", "[2]"]),
      ([1], [1, 1, 1, 1], "invalid", ["[1, 1, 1, 1]"]),
      ([1e308, 2, 3, 1e308].map { -$0 }, [2, 2], "invalid", ["largest double"]),
    ] as [([Double], [Int], String, [String])])
  func refusesBadCostsInOneLine(
    costs: [Double], shape: [Int], status: String, texts: [String]
  ) throws {
    try Tool.expectRefusal(of: costs, shape, by: "assignment", status, naming: texts)
  }

  @Test func refusesBadFilesInOneLine() throws {
    let folder = try TemporaryFolder()
    let file = try folder.array([1, 2, 3, 4], [2, 2])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    for length in [0, 5, 9, 40, bytes.count - 1] {
      let cut = try folder.write(bytes.prefix(length), as: "cut.npy")
      try Tool.run("solve", "assignment", cut)
        .expectRefusal("invalid", naming: [cut, "byte \(length)"])
    }
    let missing = folder.path + "/missing.npy"
    for (path, text) in [
      (missing, "No such file"), (folder.path, folder.path),
      (folder.path + "/two\nlines.npy", "two\\nlines"),
    ] {
      try Tool.run("solve", "assignment", path).expectRefusal("invalid", naming: [text])
    }
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
    let file = try folder.array([1], [1, 1])
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
