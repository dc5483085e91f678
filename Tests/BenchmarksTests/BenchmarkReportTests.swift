import Foundation
import Testing

@testable import CombinatorialBenchmarks

@Suite struct BenchmarkReportTests {
  /// One instance takes the reference 4 s, the other 2 / 8 s: 16 times faster, whatever a run holds.
  @Test func ratiosAreOfTheTimeOfOneInstance() throws {
    let clock = FakeClock()
    let rows = try BenchmarkCase(name: "case") {
      [
        clock.contestant("reference", seconds: 4),
        clock.contestant("batched", seconds: 2, instances: 8, references: ["reference", "absent"]),
      ]
    }.measure(with: clock.timing())
    #expect(rows.map(\.contestant) == ["reference", "batched"])
    #expect(rows[0].ratios.isEmpty)
    #expect(rows[1].secondsPerInstance.median == 0.25)
    #expect(rows[1].instancesPerSecond == 4)
    #expect(rows[1].ratios.map(\.reference) == ["reference"])
    #expect(rows[1].ratios[0].ratio.median == 16)
  }

  @Test func bandwidthShareIsOfTheCopyOnAsManyThreads() throws {
    let copy = CopyBandwidth(
      oneThread: Summary(of: [1000]), allThreads: Summary(of: [4000]), bytesPerArray: 1)
    let one = row("case", ratio: 1).relating(bytesPerInstance: 500, to: copy)
    let all = row("case", ratio: 1, threads: 2).relating(bytesPerInstance: 500, to: copy)
    #expect(one.bandwidthShare == 0.5)
    #expect(all.bandwidthShare == 0.125)
    #expect(row("case", ratio: 1).relating(bytesPerInstance: nil, to: copy).bandwidthShare == nil)
  }

  @Test func copyMovesBytes() throws {
    let copy = try CopyBandwidth.measure(bytesPerArray: 1 << 20, rounds: 3)
    #expect(copy.oneThread.median > 1e6 && copy.oneThread.median < 1e13)
    #expect(copy.oneThread.rounds == 3)
  }

  @Test func jsonHoldsMachineAndRows() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("report.json")
      let report = BenchmarkReport(
        machine: .this, copyBandwidth: nil, rows: [row("a/b", ratio: 2)])
      try JSONFile.write(report, to: file.path)
      let data = try Data(contentsOf: file)
      #expect(try JSONDecoder().decode(BenchmarkReport.self, from: data).rows == report.rows)
      let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
      let machine = try #require(object["machine"] as? [String: Any])
      #expect(machine["cores"] as? Int ?? 0 > 0)
      #expect(machine["currentInstructionSet"] is String)
      #expect(machine["processor"] is String)
    }
  }

  @Test func unwritableFileIsNamed() {
    #expect {
      try JSONFile.write([1], to: "/nonexistent/report.json")
    } throws: { "\($0)".contains("/nonexistent/report.json") }
  }

  @Test(arguments: [
    ("processor\t: 0\nmodel name\t: AMD EPYC 7003\nflags\t: fpu\n", "AMD EPYC 7003"),
    ("processor\t: 0\nBogoMIPS\t: 243.75\n", nil), ("", nil),
  ])
  func processorNameIsFound(_ text: String, name: String?) {
    #expect(Machine.processorName(inProcessorFile: text) == name)
  }
}
