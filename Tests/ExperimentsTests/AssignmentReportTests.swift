import CombinatorialSolvers
import Foundation
import Testing

@testable import Experiments

@Suite struct AssignmentReportTests {
  private static func report(
    _ elements: NumPyArray.Elements, shape: [Int], problem: Assignment = Assignment()
  ) throws -> [String: Any] {
    let report = try AssignmentReport(
      costs: NumPyArray(shape: shape, elements: elements), file: "f", problem: problem)
    let json = try report.json()
    #expect(!json.contains("\n"))
    return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  @Test func reportsOneProblem() throws {
    let report = try Self.report(.double([1, 0.1, 3, 0.2]), shape: [2, 2])
    #expect(report["value"] as? Double == 1 + 0.2)
    #expect(report["columnOfRow"] as? [Int] == [0, 1])
    #expect(report["rowOfColumn"] as? [Int] == [0, 1])
    #expect(report["isUnique"] as? Bool == true)
    let rows = try #require(report["rowPotentials"] as? [Double])
    let columns = try #require(report["columnPotentials"] as? [Double])
    let gap = try #require(report["dualityGap"] as? Double)
    #expect(abs(gap) <= 1e-12)
    #expect(abs(rows.reduce(0, +) + columns.reduce(0, +) - 1.2) <= 1e-12)
  }

  /// 0.1 as Float is another number than 0.1 as Double; the report must tell the one that was solved.
  @Test func everyNumberReadsBackAsItWas() throws {
    #expect(try Self.report(.double([0.1]), shape: [1, 1])["value"] as? Double == 0.1)
    #expect(
      try Self.report(.float([0.1]), shape: [1, 1])["value"] as? Double == Double(Float(0.1)))
    let tiny = Double.leastNonzeroMagnitude
    #expect(try Self.report(.double([tiny]), shape: [1, 1])["value"] as? Double == tiny)
  }

  @Test func reportsABatchAsArrays() throws {
    let report = try Self.report(.float([1, 2, 2, 1, 5, 1, 1, 5]), shape: [2, 2, 2])
    #expect(report["value"] as? [Double] == [2, 2])
    #expect(report["columnOfRow"] as? [[Int]] == [[0, 1], [1, 0]])
    #expect(report["isUnique"] as? [Bool] == [true, true])
    let batchOfOne = try Self.report(.float([1, 2, 2, 1]), shape: [1, 2, 2])
    #expect(batchOfOne["value"] as? [Double] == [2])
    let none = try Self.report(.float([]), shape: [0, 2, 2])
    #expect(none["value"] as? [Double] == [])
  }

  @Test func emptyMatricesCostNothing() throws {
    for shape in [[0, 0], [0, 4], [4, 0]] {
      let report = try Self.report(.double([]), shape: shape)
      #expect(report["value"] as? Double == 0)
      #expect(report["columnOfRow"] as? [Int] == [Int](repeating: -1, count: shape[0]))
    }
  }

  @Test func takesTheUnmatchedCost() throws {
    let report = try Self.report(
      .double([10, 10, 10, 1]), shape: [2, 2], problem: Assignment(unmatchedCost: 2))
    #expect(report["value"] as? Double == 5)
    #expect(report["columnOfRow"] as? [Int] == [-1, 1])
  }

  @Test(arguments: [
    ([1, 2, 3, Double.nan], [2, 2], "f: cell (row 1, column 1): "),
    ([1, 2, -.infinity, 1], [1, 2, 2], "f: cell (batch 0, row 1, column 0): "),
    ([.infinity, 2, .infinity, 1], [2, 2], "f: infeasible"),
    ([1, 1, 1, 1, .infinity, 2, .infinity, 1], [2, 2, 2], "f: batch 1: infeasible"),
    ([1, 2], [2], "f: expected 2 axes"),
    ([1, 2], [1, 1, 1, 2], "f: expected 2 axes"),
    ([], [1 << 40, 0], "f: expected at most"),
    ([], [1 << 62, 0, 1 << 62], "f: expected at most"),
    ([1.7e308, 2, 3, 1.7e308].map { -$0 }, [2, 2], "f: the solution exceeds"),
  ] as [([Double], [Int], String)])
  func namesFileAndCellOfBadCosts(costs: [Double], shape: [Int], message: String) {
    #expect {
      try AssignmentReport(
        costs: NumPyArray(checkedShape: shape, elements: .double(costs)), file: "f",
        problem: Assignment())
    } throws: { error in
      error is AssignmentReportError && "\(error)".hasPrefix(message)
    }
  }
}
