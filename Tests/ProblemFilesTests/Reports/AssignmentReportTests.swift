import CombinatorialSolvers
import Foundation
import Testing

@testable import NumPyFiles
@testable import ProblemFiles

@Suite struct AssignmentReportTests {
  private struct Single: Decodable {
    let value: Double
    let columnOfRow, rowOfColumn: [Int]
    let rowPotentials, columnPotentials: [Double]
    let dualityGap: Double
    let isUnique: Bool
  }

  private struct Batch: Decodable {
    let value: [Double]
    let columnOfRow, rowOfColumn: [[Int]]
    let rowPotentials, columnPotentials: [[Double]]
    let dualityGap: [Double]
    let isUnique: [Bool]
  }

  private static func report<Report: Decodable>(
    _ elements: NumPyArray.Elements, shape: [Int], problem: Assignment = Assignment()
  ) throws -> Report {
    let report = try AssignmentReport(
      costs: NumPyArray(shape: shape, elements: elements), file: "f", problem: problem)
    let json = try report.json()
    #expect(!json.contains("\n"))
    return try JSONDecoder().decode(Report.self, from: Data(json.utf8))
  }

  @Test func reportsOneProblem() throws {
    let report: Single = try Self.report(.double([1, 0.125, 3, 0.25]), shape: [2, 2])
    #expect(report.value == 1 + 0.25)
    #expect(report.columnOfRow == [0, 1])
    #expect(report.rowOfColumn == [0, 1])
    #expect(report.isUnique)
    #expect(report.dualityGap == 0)
    #expect((report.rowPotentials + report.columnPotentials).reduce(0, +) == report.value)
  }

  @Test(arguments: [true, false])
  func gradientsAreRows(isBatch: Bool) throws {
    let costs = try NumPyArray(
      shape: isBatch ? [1, 2, 3] : [2, 3], elements: .double([5, 1, 2, 0, 4, 4]))
    let json = try AssignmentReport(
      costs: costs, file: "f", problem: Assignment(), includesGradient: true
    ).json()
    let gradient = "[[0,1,0],[1,0,0]]"
    #expect(json.contains(#""gradient":\#(isBatch ? "[\(gradient)]" : gradient),"#))
  }

  /// 0.1 as Float is another number than 0.1 as Double; the report must tell the one that was solved.
  @Test(arguments: [
    (NumPyArray.Elements.double([0.1]), 0.1), (.float([0.1]), Double(Float(0.1))),
    (.double([.leastNonzeroMagnitude]), .leastNonzeroMagnitude), (.double([1e300]), 1e300),
  ])
  func everyNumberReadsBackAsItWas(cost: NumPyArray.Elements, value: Double) throws {
    let report: Single = try Self.report(cost, shape: [1, 1])
    #expect(report.value == value)
  }

  @Test func reportsABatchAsArrays() throws {
    let report: Batch = try Self.report(.float([1, 2, 2, 1, 5, 1, 1, 5]), shape: [2, 2, 2])
    #expect(report.value == [2, 2])
    #expect(report.columnOfRow == [[0, 1], [1, 0]])
    #expect(report.rowOfColumn == [[0, 1], [1, 0]])
    #expect(report.rowPotentials.map(\.count) == [2, 2])
    #expect(report.columnPotentials.map(\.count) == [2, 2])
    #expect(report.dualityGap == [0, 0])
    #expect(report.isUnique == [true, true])
    let batchOfOne: Batch = try Self.report(.float([1, 2, 2, 1]), shape: [1, 2, 2])
    #expect(batchOfOne.value == [2])
    let none: Batch = try Self.report(.float([]), shape: [0, 2, 2])
    #expect(none.value == [])
  }

  @Test func emptyMatricesCostNothing() throws {
    for shape in [[0, 0], [0, 4], [4, 0]] {
      let report: Single = try Self.report(.double([]), shape: shape)
      #expect(report.value == 0)
      #expect(report.columnOfRow == [Int](repeating: -1, count: shape[0]))
    }
  }

  @Test func takesTheUnmatchedCost() throws {
    let report: Single = try Self.report(
      .double([10, 10, 10, 1]), shape: [2, 2], problem: Assignment(unmatchedCost: 2))
    #expect(report.value == 5)
    #expect(report.columnOfRow == [-1, 1])
  }

  @Test(
    arguments: [
      ([1, 2, 3, Double.nan], [2, 2], "f: cell (row 1, column 1): "),
      ([1, 2, -.infinity, 1], [1, 2, 2], "f: cell (batch 0, row 1, column 0): "),
      ([.infinity, 2, .infinity, 1], [2, 2], "f: infeasible"),
      ([1, 1, 1, 1, .infinity, 2, .infinity, 1], [2, 2, 2], "f: batch 1: infeasible"),
      ([1, 2], [2], "f: expected 2 axes"),
      ([1, 2], [1, 1, 1, 2], "f: expected 2 axes"),
      ([], [1 << 40, 0], "f: expected at most"),
      ([], [1 << 62, 0, 1 << 62], "f: expected at most"),
      (
        [1.7e308, 2, 3, 1.7e308].map { -$0 }, [2, 2],
        "f: cell (row 0, column 0): expected at most 2^1000"
      ),
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
