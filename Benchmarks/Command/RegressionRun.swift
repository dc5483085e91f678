import ArgumentParser
import CombinatorialKernels
import Foundation

/// `--check` and `--record`.
struct RegressionRun {
  /// Times that `--record` goes through all cases; the smallest ratio of each row counts.
  static let recordedPasses = 3

  let file: String
  let filter, json: String?
  let output: FileHandle

  /// The thresholds are those of the fastest set of this processor, also when another is forced.
  private var bestSet: String { (InstructionSet.available.last ?? .scalar).rawValue }

  /// Compares this build's ratios with the thresholds.
  ///
  /// One kernel on one problem has been seen at half its speed for as long as a process lived, and at full
  /// speed in the next; why is not known. So a ratio has regressed only if a second process finds it too
  /// low as well.
  ///
  /// - Parameter isSecond: Whether this is that second process.
  func check(isSecond: Bool) throws {
    let thresholds = try Thresholds(contentsOf: file)
    guard let recorded = thresholds.instructionSets[bestSet] else {
      throw BenchmarksError.thresholds(
        file: file, reason: "no thresholds for \(bestSet); --record on such a machine adds them")
    }
    let filter = filter.map(CaseFilter.init)
    let rows = recorded.rows.filter { filter?.matches($0.case) ?? true }
    guard !rows.isEmpty else { throw BenchmarksError.noCase }
    let cases = Dictionary(uniqueKeysWithValues: Suite.all.map { ($0.name, $0) })
    var report = BenchmarkReport(machine: .this, copyBandwidth: nil, rows: [])
    let table = startTable(caseNames: rows.map(\.case))
    let regressions = try RegressionCheck(rows: rows).regressions(
      measure: { name, attempt in
        try cases[name]?.measure(with: attempt == 0 ? .quick : .thorough)
      },
      report: { event in
        switch event {
        case .measured(let rows):
          report.rows += rows
          for row in rows { Console.write(table.line(row), to: output) }
        case .retrying(let failing):
          for regression in failing { Console.note("measuring again: \(regression)") }
        }
      })
    if let json { try JSONFile.write(report, to: json) }
    guard regressions.isEmpty else {
      let verdict =
        isSecond ? "fell below their thresholds" : "are low: a second process measures them again"
      Console.note("\(regressions.count) of \(rows.count) ratios \(verdict):")
      for regression in regressions { Console.note("  \(regression)") }
      throw ExitCode(isSecond ? 1 : try secondProcess(cases: regressions.map(\.row.case)))
    }
    Console.write("\(rows.count) ratios are above their thresholds.", to: output)
  }

  /// Checks these cases again in a process of their own; its exit status.
  private func secondProcess(cases: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    let pattern = "^(\(Set(cases).sorted().joined(separator: "|")))$"
    process.arguments = ["--check", file, "--filter", pattern, "--second-process"]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Measures cases and renews their thresholds, those of the set that `CL_INSTRUCTION_SET` forces if it
  /// does: contestants that a machine without faster sets lacks are left out.
  func record(cases: [BenchmarkCase], margin: Double?) throws {
    guard !cases.isEmpty else { throw BenchmarksError.noCase }
    let set = InstructionSet.current
    guard set != .scalar || bestSet == set.rawValue else {
      throw BenchmarksError.thresholds(
        file: file, reason: "thresholds of \(bestSet) cannot be recorded with scalar forced")
    }
    var thresholds = Thresholds()
    if FileManager.default.fileExists(atPath: file) {
      thresholds = try Thresholds(contentsOf: file)
    }
    if let margin { thresholds.margin = margin }
    var report = BenchmarkReport(machine: .this, copyBandwidth: nil, rows: [])
    let table = startTable(caseNames: cases.map(\.name))
    for _ in 0..<Self.recordedPasses {
      for benchmark in cases {
        let rows = try benchmark.measure(with: .quick)
        for row in rows { Console.write(table.line(row), to: output) }
        report.rows += rows
      }
    }
    thresholds.record(
      Self.rows(report.rows, upTo: set), instructionSet: set.rawValue,
      processor: report.machine.processor)
    try thresholds.write(to: file)
    if let json { try JSONFile.write(report, to: json) }
  }

  /// The rows that a machine whose fastest set is `set` has too.
  static func rows(_ rows: [BenchmarkRow], upTo set: InstructionSet) -> [BenchmarkRow] {
    let sets = InstructionSet.allCases.prefix { $0 != set } + [set]
    return rows.filter { row in sets.contains { $0.rawValue == row.instructionSet } }
  }

  private func startTable(caseNames: [String]) -> BenchmarkTable {
    Console.write(Machine.this.line, to: output)
    let table = BenchmarkTable(caseNames: caseNames)
    Console.write(table.heading, to: output)
    return table
  }
}
