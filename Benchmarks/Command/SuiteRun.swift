import Foundation

/// Times cases one after the other and reports them.
struct SuiteRun {
  let cases: [BenchmarkCase]
  let isQuick: Bool
  let json, plot: String?
  let output: FileHandle

  func run() throws {
    guard !cases.isEmpty else { throw BenchmarksError.noCase }
    let machine = Machine.this
    var report = BenchmarkReport(machine: machine, copyBandwidth: nil, rows: [])
    Console.write(machine.line, to: output)
    report.copyBandwidth = try measuredCopyBandwidth()
    let table = BenchmarkTable(caseNames: cases.map(\.name))
    Console.write(table.heading, to: output)
    for benchmark in cases {
      let rows = try benchmark.measure(with: isQuick ? .quick : .thorough).map {
        $0.relating(bytesPerInstance: benchmark.bytesPerInstance, to: report.copyBandwidth)
      }
      for row in rows { Console.write(table.line(row), to: output) }
      report.rows += rows
    }
    if let json { try JSONFile.write(report, to: json) }
    if let plot { try RatioFigure(rows: report.rows).draw(to: plot) }
  }

  private func measuredCopyBandwidth() throws -> CopyBandwidth? {
    guard cases.contains(where: { $0.bytesPerInstance != nil }) else { return nil }
    let copy = try CopyBandwidth.measure()
    Console.write(
      "copy bandwidth (memcpy of \(copy.bytesPerArray >> 20) MiB, bytes read + written): "
        + "\(Format.significant(copy.oneThread.median / 1e9)) GB/s with one thread, "
        + "\(Format.significant(copy.allThreads.median / 1e9)) GB/s with all", to: output)
    return copy
  }
}

extension Machine {
  /// One line for the head of a table.
  var line: String {
    "\(processor), \(cores) cores, \(operatingSystem); "
      + "kernels: \(currentInstructionSet) (of \(instructionSets.joined(separator: ", ")))"
  }
}
