import Foundation
import ProblemFiles
import TestSupport
import Testing

@Suite struct SolveTransportTests {
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

  @Test func printsValuePlanAndGradient() throws {
    let folder = try TemporaryFolder()
    let arguments = try Self.arguments([1, 3, 2, 1], [2, 1], [1, 2], in: folder)
    let outcome = try Tool.run(arguments + ["--gradient"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(TransportReport.self, from: Data(outcome.output.utf8))
    #expect(report.value == 5)
    #expect(report.plan.rows == [0, 0, 1] && report.plan.columns == [0, 1, 1])
    #expect(report.plan.masses == [1, 1, 1])
    #expect(report.gradient?.costs == [[1, 1], [0, 1]])
    #expect(report.gradient?.supply == report.rowPotentials)
    #expect(report.gradient?.demand == report.columnPotentials)
    #expect(report.dualityGap == 0)
  }

  /// Masses that were rounded to float32 on one side only have the totals of their rounding.
  @Test(arguments: [(true, false), (false, true), (true, true)])
  func massesOfEitherTypeAreBalanced(isSupplyRounded: Bool, isDemandRounded: Bool) throws {
    let folder = try TemporaryFolder()
    let masses = [0.1, 0.2, 0.3, 0.15, 0.25]
    let costs = (0..<25).map { Double(($0 * 7) % 11) / 10 }
    let arguments = try Self.arguments(costs, masses, masses.reversed(), in: folder)
    for (name, isRounded) in [("supply", isSupplyRounded), ("demand", isDemandRounded)]
    where isRounded {
      let numbers = (name == "supply" ? masses : masses.reversed()).map { Float($0) }
      try NumPyArray(shape: [5], elements: .float(numbers)).write(to: "\(folder.path)/\(name).npy")
    }
    let outcome = try Tool.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(TransportReport.self, from: Data(outcome.output.utf8))
    let exact = try Tool.run(Self.arguments(costs, masses, masses.reversed(), in: folder))
    let reference = try JSONDecoder().decode(TransportReport.self, from: Data(exact.output.utf8))
    #expect(abs(report.value - reference.value) < 1e-6)
    #expect(abs(report.dualityGap) < 1e-6)
  }

  @Test func unequalTotalsAreBadDataUnlessPriced() throws {
    let folder = try TemporaryFolder()
    let arguments = try Self.arguments([1, 3, 2, 1], [2, 2], [1, 2], in: folder)
    let refused = try Tool.run(arguments)
    #expect(refused.status == 65 && refused.errors.contains("4.0, the demand to 3.0"))
    let priced = try Tool.run(arguments + ["--surplus-cost", "1", "--shortage-cost", "1"])
    #expect(priced.status == 0)
    #expect(try Tool.run(arguments + ["--surplus-cost", "1"]).status == 64)
  }
}
