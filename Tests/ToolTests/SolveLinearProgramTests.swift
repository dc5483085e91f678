import Foundation
import TestSupport
import Testing

@Suite struct SolveLinearProgramTests {
  private struct Report: Decodable {
    let status: String
    let value: Double
    let primal, dual, reducedCosts: [Double]
    let columnNames, rowNames: [String]
    let dualityGap: Double
    let relaxed: Int
  }

  /// min x + 2y, y an integer, subject to x + y >= 3.5 and x <= 2.
  private static let sample = """
    NAME SAMPLE
    ROWS
     N COST
     G TOTAL
    COLUMNS
     X COST 1 TOTAL 1
     M 'MARKER' 'INTORG'
     Y COST 2 TOTAL 1
     M 'MARKER' 'INTEND'
    RHS
     R TOTAL 3.5
    BOUNDS
     UP B X 2
     PL B Y
    ENDATA

    """

  private static func solve(_ model: String) throws -> Tool.Outcome {
    let folder = try TemporaryFolder()
    return try Tool.run("solve", "lp", folder.write(Data(model.utf8), as: "model.mps"))
  }

  @Test func solvesTheRelaxationAndSaysSo() throws {
    let report = try Self.solve(Self.sample).report(Report.self)
    #expect(report.status == "optimal")
    #expect(report.value == 5)
    #expect(report.primal == [2, 1.5])
    #expect(report.dual == [2] && report.reducedCosts == [-1, 0])
    #expect(report.columnNames == ["X", "Y"] && report.rowNames == ["TOTAL"])
    #expect(report.dualityGap == 0)
    #expect(report.relaxed == 1)
  }

  @Test func readsStandardInput() throws {
    let report = try Tool.run("solve", "lp", "-", input: Data(Self.sample.utf8)).report(Report.self)
    #expect(report.value == 5)
    let cut = Data(Self.sample.utf8).dropLast(8)
    try Tool.run("solve", "lp", "-", input: cut)
      .expectRefusal("invalid", naming: ["standard input, line", "ENDATA"])
  }

  @Test func eachModelHasALine() throws {
    let folder = try TemporaryFolder()
    let unbounded = Self.sample.replacingOccurrences(of: "COST 2", with: "COST -2")
    let paths = try [Self.sample, unbounded, "ROWS\n", Self.sample].enumerated().map {
      try folder.write(Data($0.element.utf8), as: "\($0.offset).mps")
    }
    let outcome = try Tool.run(["solve", "lp"] + paths + ["--gradient"])
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 65 && outcome.errorLines.count == 2)
    let statuses = ["optimal", "unbounded", "invalid", "optimal"]
    #expect(lines.count == 4)
    for (line, status) in zip(lines, statuses) {
      #expect(line.contains("\"status\":\"\(status)\""))
    }
    #expect(lines[3].contains("\"gradient\":[2,1.5],"))
    let greatest = try Tool.run("solve", "lp", paths[0], "--maximize")
    try greatest.expectRefusal("unbounded", naming: ["0.mps: unbounded"])
  }

  /// A program in standard form with HiGHS's answer.
  private struct Program: Decodable, Sendable {
    let A: [[Double]]
    let b, c: [Double]
    let value: Double?
    let primal, dual: [Double]?
    let infeasible: Bool?

    var mps: String {
      let rows = b.indices.map { " E R\($0)" }
      let entries = c.indices.flatMap { column in
        [" C\(column) COST \(c[column])"]
          + b.indices.map { " C\(column) R\($0) \(A[$0][column])" }
      }
      let bounds = b.indices.map { " B R\($0) \(b[$0])" }
      return
        (["ROWS", " N COST"] + rows + ["COLUMNS"] + entries + ["RHS"] + bounds + ["ENDATA", ""])
        .joined(separator: "\n")
    }
  }

  @Test func agreesWithHiGHS() throws {
    for (number, program) in try Fixture<Program>("linear_program").cases.enumerated() {
      let outcome = try Self.solve(program.mps)
      guard let value = program.value else {
        let status = program.infeasible == true ? "infeasible" : "unbounded"
        try outcome.expectRefusal(status, naming: [status])
        continue
      }
      let report = try outcome.report(Report.self)
      #expect(abs(report.value - value) <= 1e-9 * max(1, abs(value)), "case \(number)")
      #expect(abs(report.dualityGap) <= 1e-9 * max(1, abs(value)), "case \(number)")
      let pairs = try zip(
        report.primal + report.dual, #require(program.primal) + #require(program.dual))
      #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-7 }, "case \(number)")
      #expect(report.relaxed == 0)
    }
  }

  @Test(arguments: [
    ("PL B Y", "UP B Y 1", "infeasible", "infeasible"),
    ("COST 2", "COST -2", "unbounded", "unbounded"),
    ("UP B X 2", "UP B X 2\n LO B X 3", "infeasible", "column X is to be at least 3.0"),
    ("X COST 1", "X PRICE 1", "invalid", "line 6: there is no row PRICE"),
    ("COST 2", "COST nan", "invalid", "line 8"),
    ("TOTAL 3.5", "TOTAL 3,5", "invalid", "line 11"),
    ("ENDATA", "", "invalid", "expected ENDATA"),
    ("COST 2", "COST 1e300", "invalid", "the cost of column Y is 1e+300"),
  ])
  func refusesModelsWithoutAnOptimum(
    text: String, replacement: String, status: String, reason: String
  ) throws {
    let model = Self.sample.replacingOccurrences(of: text, with: replacement)
    try Self.solve(model).expectRefusal(status, naming: ["model.mps", reason])
  }

  /// Each of these is infeasible, for one reason or another; Clp gives up on some of them.
  @Test(arguments: [
    // The lower bound 0 was given.
    "N C;G R|X C 1 R 1|B R -8|LO B X 0;UP B X -3", "N C;G R|X C 1 R 1|B R -8|UP B X -3;LO B X 0",
    // Rows without entries.
    "N C;G R;E S|X C -1;Y C -1|B S -2|",
    "N C;E R|X C 1;Y C -1;Z C 1e5|B R 1e20|UP B X 100;LO B Y 0.5",
    "N C;L R|X C 1|B R -1|",
    // Clp leaves the run without costs at status 4.
    "N C;E R;G S;G T|X C 1e5 R 1;X S 1e-6 T -1;Y C 0 S 1e-10;Z C -1 R 1e-6;Z S 0.5 T 100|B R 1e-10 T 0.5|LO B Y 1e-6",
    // Clp is done with the scaled problem alone.
    "N C;L R;E S;E T;L U|X C 1e5 R 1e10;X U 1e20;Y C -1 S 1;Y T -2 U 3;Z C 1 R 0.5;Z S 1e20 T 1e20;Z U 0.5|B R 2 T 2;B U 100|",
    // Its presolve ends the process.
    "N C;E R|X C -1 R 7;Y C 1e5 R 1e20;Z C 1 R 1;W C 2 R 2|B R 1|UP B X -1;FX B Y 2;LO B X -1;FX B W 3",
    "N C;G R;L S|X R 1 S 1|B R 2 S 1|",
  ])
  func infeasibleModelsAreCalledSo(parts: String) throws {
    let sections = parts.split(separator: "|", omittingEmptySubsequences: false).map {
      $0.split(separator: ";").map { " \($0)\n" }.joined()
    }
    let text = zip(["ROWS", "COLUMNS", "RHS", "BOUNDS"], sections).map { "\($0)\n\($1)" }.joined()
    try Self.solve(text + "ENDATA\n").expectRefusal("infeasible", naming: [": infeasible: "])
  }

  @Test func crossedBoundsAreNamedAsInTheFile() throws {
    let crossed = Self.sample.replacingOccurrences(
      of: "UP B X 2", with: "UP B X\u{202E}1 2\n LO B X\u{202E}1 3"
    )
    .replacingOccurrences(of: " X COST", with: " X\u{202E}1 COST")
    try Self.solve(crossed).expectRefusal(
      "infeasible", naming: ["infeasible: column X\\u{202E}1 is to be at least 3.0 and at most 2.0"]
    )
  }

  @Test func refusesBadFilesInOneLine() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path + "/missing.mps"
    let compressed = try folder.write(Data([0x1F, 0x8B, 8, 0]), as: "model.mps.gz")
    for (path, text) in [
      (missing, "No such file"), (folder.path, "directory"), (compressed, "compressed"),
    ] {
      try Tool.run("solve", "lp", path).expectRefusal("invalid", naming: [path, text])
    }
  }
}
