import Foundation
import Testing

@testable import CombinatorialBenchmarks

@Suite struct ThresholdsTests {
  @Test func recordsTheSmallestRatioLessTheMargin() {
    var thresholds = Thresholds(margin: 0.25)
    thresholds.record(
      [row("a", ratio: 4), row("a", ratio: 3.2), row("b", ratio: 8), row("a", ratio: 5)],
      instructionSet: "avx2", processor: "P")
    let rows = thresholds.instructionSets["avx2"]?.rows ?? []
    #expect(rows.map(\.case) == ["a", "b"])
    #expect(rows.map(\.recorded) == [3.2, 8])
    #expect(rows.map(\.least) == [2.4, 6])
    #expect(thresholds.instructionSets["avx2"]?.processor == "P")
  }

  @Test func keepsOtherCasesAndOtherSets() {
    var thresholds = Thresholds()
    thresholds.record(
      [row("a", ratio: 4), row("b", ratio: 2)], instructionSet: "avx2", processor: "P")
    thresholds.record([row("a", ratio: 9)], instructionSet: "neon", processor: "Q")
    thresholds.record([row("b", "other", ratio: 6)], instructionSet: "avx2", processor: "P")
    let rows = thresholds.instructionSets["avx2"]?.rows ?? []
    #expect(rows.map(\.case) == ["a", "b"])
    #expect(rows.map(\.contestant) == ["current", "other"])
    #expect(thresholds.instructionSets["neon"]?.rows.map(\.recorded) == [9])
  }

  @Test func severalThreadsAreNotHeld() {
    var thresholds = Thresholds()
    thresholds.record(
      [row("a", ratio: 2), row("a", "current, all threads", ratio: 2, threads: 2)],
      instructionSet: "avx2", processor: "P")
    #expect(thresholds.instructionSets["avx2"]?.rows.map(\.contestant) == ["current"])
  }

  /// The helper's rows are of AVX2.
  @Test func fasterSetsAreNotHeldWhereASlowerIsForced() {
    let rows = [row("a", ratio: 2)]
    #expect(RegressionRun.rows(rows, upTo: .avx512) == rows)
    #expect(RegressionRun.rows(rows, upTo: .avx2) == rows)
    #expect(RegressionRun.rows(rows, upTo: .scalar).isEmpty)
  }

  @Test func filesRoundTrip() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("thresholds.json").path
      var thresholds = Thresholds(margin: 0.4)
      thresholds.record([row("a", ratio: 4)], instructionSet: "avx2", processor: "P")
      try thresholds.write(to: file)
      #expect(try Thresholds(contentsOf: file) == thresholds)
    }
  }

  @Test func badFilesAreNamed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("thresholds.json")
      #expect { try Thresholds(contentsOf: file.path) } throws: {
        "\($0)".contains("thresholds.json")
      }
      try Data("{}".utf8).write(to: file)
      #expect { try Thresholds(contentsOf: file.path) } throws: {
        "\($0)".contains("thresholds.json")
      }
    }
  }

  /// The file that the package holds: no row of a case that is gone, none that a scalar kernel in the
  /// vector kernels' place would pass everywhere.
  @Test func recordedCasesExist() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Benchmarks/thresholds.json")
    let names = Set(Suite.all.filter(\.isRepresentative).map(\.name))
    for (set, machine) in try Thresholds(contentsOf: file.path).instructionSets {
      #expect(Set(machine.rows.map(\.case)).subtracting(names).isEmpty, "\(set)")
      #expect(machine.rows.contains { $0.reference == "scalar" && $0.least > 1.1 }, "\(set)")
    }
  }
}
