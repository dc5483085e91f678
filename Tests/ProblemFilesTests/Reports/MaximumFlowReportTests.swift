import Foundation
import ProblemFiles
import TestSupport
import Testing

struct MaximumFlowReportTests {
  private static func report(_ graph: String) throws -> MaximumFlowReport {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/graph.max"
    try Data(graph.utf8).write(to: URL(fileURLWithPath: file))
    return try MaximumFlowReport(dimacs: file)
  }

  private static let graph = """
    p max 4 5
    n 1 s
    n 4 t
    a 1 2 3
    a 1 3 2
    a 2 3 5
    a 2 4 1.5
    a 3 4 2.5

    """

  @Test func theReportHoldsFlowAndCut() throws {
    let report = try Self.report(Self.graph)
    #expect(report.value == 4 && report.dualityGap == 0 && report.infeasibility == 0)
    #expect(report.sourceSide == [1, 2, 3] && report.cutArcs == [4, 5])
    #expect(report.flow[3] == 1.5 && report.flow[4] == 2.5)
    #expect(report.flow[0] + report.flow[1] == 4)
    let json = try report.json()
    #expect(!json.contains("\n"))
    #expect(try JSONDecoder().decode(MaximumFlowReport.self, from: Data(json.utf8)) == report)
  }

  @Test func smallCapacitiesSurviveGreatOnes() throws {
    let report = try Self.report("p max 3 2\nn 1 s\nn 3 t\na 1 2 1000000000000000.0\na 2 3 0.1\n")
    #expect(report.flow == [0.1, 0.1] && report.dualityGap == 0 && report.infeasibility == 0)
  }

  @Test(arguments: [
    ("p max 2 1\na 1 2 3\n", "expected a source"),
    ("p max 2 1\nn 1 s\nn 2 t\na 1 2 -3\n", "line 4: expected 'a TAIL HEAD CAPACITY'"),
    ("p max 2 1\nn 1 s\nn 1 t\na 1 2 3\n", "another node"),
    ("p max 2 1\nn 1 s\nn 2 t\na 1 3 3\n", "line 4"),
    ("p max 2 2\nn 1 s\nn 2 t\na 1 2 1.5e308\na 1 2 1.5e308\n", "greatest double"),
  ])
  func badGraphsAreRefused(graph: String, reason: String) {
    let error = #expect(throws: (any Error).self) { try Self.report(graph) }
    #expect(error.map { "\($0)" }?.contains(reason) == true, "\(error.map { "\($0)" } ?? "")")
    #expect(error.map { "\($0)" }?.contains("graph.max") == true)
  }
}
