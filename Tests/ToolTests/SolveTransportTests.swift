import Experiments
import Foundation
import Testing

@Suite struct SolveTransportTests {
  private struct Report: Decodable {
    struct Plan: Decodable, Equatable {
      let rows: [Int]
      let columns: [Int]
      let masses: [Double]
    }

    struct Gradient: Decodable {
      let costs: [[Double]]
      let supply: [Double]
      let demand: [Double]
    }

    let value: Double
    let plan: Plan
    let rowPotentials: [Double]
    let columnPotentials: [Double]
    let dualityGap: Double
    let gradient: Gradient?
  }

  private static func arguments(
    _ costs: [Double], _ supply: [Double], _ demand: [Double], in folder: TemporaryFolder
  ) throws -> [String] {
    let arrays = [("costs", costs), ("supply", supply), ("demand", demand)]
    return ["solve", "transport"]
      + (try arrays.flatMap { name, numbers in
        let path = "\(folder.path)/\(name).npy"
        let shape = name == "costs" ? [supply.count, demand.count] : [numbers.count]
        try NumPyArray(shape: shape, elements: .double(numbers)).write(to: path)
        return ["--\(name)", path]
      })
  }

  private static func run(_ arguments: [String]) throws -> Tool.Outcome {
    try Tool.run(arguments)
  }

  @Test func printsValuePlanAndGradient() throws {
    let folder = try TemporaryFolder()
    let arguments = try Self.arguments([1, 3, 2, 1], [2, 1], [1, 2], in: folder)
    let outcome = try Self.run(arguments + ["--gradient"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    #expect(report.value == 5)
    #expect(report.plan == .init(rows: [0, 0, 1], columns: [0, 1, 1], masses: [1, 1, 1]))
    #expect(report.gradient?.costs == [[1, 1], [0, 1]])
    #expect(report.gradient?.supply == report.rowPotentials)
    #expect(report.gradient?.demand == report.columnPotentials)
    #expect(report.dualityGap == 0)
  }

  @Test func unequalTotalsAreBadDataUnlessPriced() throws {
    let folder = try TemporaryFolder()
    let arguments = try Self.arguments([1, 3, 2, 1], [2, 2], [1, 2], in: folder)
    let refused = try Self.run(arguments)
    #expect(refused.status == 65 && refused.errors.contains("4.0, the demand to 3.0"))
    let priced = try Self.run(arguments + ["--surplus-cost", "1", "--shortage-cost", "1"])
    #expect(priced.status == 0)
    #expect(try Self.run(arguments + ["--surplus-cost", "1"]).status == 64)
  }
}
