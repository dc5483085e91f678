import Foundation
import ProblemFiles
import TestSupport
import Testing

@Suite struct SolveTransportTests {
  private struct Report: Decodable {
    struct Entry: Decodable {
      let row, column: Int
      let mass: Double
    }
    let value, dualityGap: Double
    let plan: [Entry]
    let rowPotentials, columnPotentials: [Double]
    let gradient: [[Double]]?
    let reducedCosts: [[Double]]?
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
        return name == "costs" ? [path] : ["--\(name)", path]
      })
  }

  @Test func printsValuePlanAndGradient() throws {
    let folder = try TemporaryFolder()
    let arguments = try Self.arguments([1, 3, 2, 1], [2, 1], [1, 2], in: folder)
    let report: Report = try Tool.run(arguments + ["--gradient", "--reduced-costs"]).report()
    #expect(report.value == 5 && report.dualityGap == 0)
    #expect(report.plan.map(\.row) == [0, 0, 1] && report.plan.map(\.column) == [0, 1, 1])
    #expect(report.plan.map(\.mass) == [1, 1, 1])
    #expect(report.gradient == [[1, 1], [0, 1]])
    let dual = [2, 1, 1, 2].indices.reduce(0.0) { sum, index in
      sum + [2, 1, 1, 2][index] * (report.rowPotentials + report.columnPotentials)[index]
    }
    #expect(abs(dual - 5) < 1e-9)
    #expect(report.reducedCosts?[0] == [0, 0] && report.reducedCosts?[1][1] == 0)
    #expect((report.reducedCosts?[1][0] ?? -1) >= 0)
  }

  @Test func massesWithoutAFileAreEven() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/costs.npy"
    try NumPyArray(shape: [2, 3], elements: .double([0, 1, 2, 2, 1, 0])).write(to: path)
    let report: Report = try Tool.run("solve", "transport", path).report()
    #expect(abs(report.value - 1.0 / 3) < 1e-12)
    #expect(abs(report.plan.reduce(0) { $0 + $1.mass } - 1) < 1e-12)
    let supply = "\(folder.path)/supply.npy"
    try NumPyArray(shape: [2], elements: .double([2, 4])).write(to: supply)
    let given: Report = try Tool.run("solve", "transport", path, "--supply", supply).report()
    #expect(given.plan.reduce(0) { $0 + $1.mass } == 6)
  }

  @Test func costsMayBeAnOption() throws {
    let folder = try TemporaryFolder()
    var arguments = try Self.arguments([1, 3, 2, 1], [2, 1], [1, 2], in: folder)
    let asArgument: Report = try Tool.run(arguments).report()
    arguments.insert("--costs", at: 2)
    let asOption: Report = try Tool.run(arguments).report()
    #expect(asOption.value == asArgument.value && asOption.plan.count == asArgument.plan.count)
    let none = try Tool.run("solve", "transport")
    let both = try Tool.run(arguments + [arguments[3]])
    #expect(none.status == 64 && both.status == 64)
  }

  @Test func aBatchMayShareItsMasses() throws {
    let folder = try TemporaryFolder()
    let (path, supply) = ("\(folder.path)/costs.npy", "\(folder.path)/supply.npy")
    try NumPyArray(shape: [2, 2, 2], elements: .double([0, 9, 9, 0, 9, 1, 1, 9])).write(to: path)
    try NumPyArray(shape: [2], elements: .double([1, 1])).write(to: supply)
    let shared: [Report] = try Tool.run("solve", "transport", path, "--supply", supply).reports()
    #expect(shared.map(\.value) == [0, 2])
    try NumPyArray(shape: [2, 2], elements: .double([1, 1, 3, 3])).write(to: supply)
    let own: [Report] = try Tool.run("solve", "transport", path, "--supply", supply).reports()
    #expect(own.map(\.value) == [0, 6])
    try NumPyArray(shape: [3], elements: .double([1, 1, 1])).write(to: supply)
    try Tool.run("solve", "transport", path, "--supply", supply)
      .expectRefusal("invalid", naming: [supply, "expected [2], or [2, 2]", "[3]"])
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
    let report: Report = try Tool.run(arguments).report()
    let reference: Report = try Tool.run(
      Self.arguments(costs, masses, masses.reversed(), in: folder)
    ).report()
    #expect(abs(report.value - reference.value) < 1e-6)
    #expect(abs(report.dualityGap) < 1e-6)
  }

  @Test func unequalTotalsAreBadDataUnlessPriced() throws {
    let folder = try TemporaryFolder()
    let arguments = try Self.arguments([1, 3, 2, 1], [2, 2], [1, 2], in: folder)
    let refused = try Tool.run(arguments)
    try refused.expectRefusal("infeasible", naming: ["4.0, the demand to 3.0"])
    let priced = try Tool.run(arguments + ["--surplus-cost", "1", "--shortage-cost", "1"])
    #expect(priced.status == 0)
    #expect(try Tool.run(arguments + ["--surplus-cost", "1"]).status == 64)
  }
}
