import Testing

@testable import CombinatorialBenchmarks

@Suite struct TableTests {
  @Test func columnsAlign() {
    let table = Table(columns: [
      .init(title: "name", width: 6, isNumber: false), .init(title: "count", width: 5),
    ])
    #expect(table.heading == "name    count")
    #expect(table.line(["ab", "12"]) == "ab         12")
    #expect(table.line(["longer than", "1"]) == "longer than      1")
    #expect(table.line(["ab", ""]) == "ab")
  }

  @Test(arguments: [
    (2.5, "2.50 s"), (0.0123, "12.3 ms"), (4.567e-6, "4.57 us"), (1e-6, "1.00 us"),
    (345.6e-9, "346 ns"),
  ])
  func secondsHaveUnits(_ seconds: Double, _ text: String) {
    #expect(Format.seconds(seconds) == text)
  }

  @Test(arguments: [(3.0, "3.00 /s"), (12_345, "12.3 k/s"), (2e6, "2.00 M/s"), (3e9, "3.00 G/s")])
  func ratesHaveMagnitudes(_ rate: Double, _ text: String) { #expect(Format.rate(rate) == text) }

  @Test func rowsNameSetAndReferences() {
    let table = BenchmarkTable(caseNames: ["a/bcd"])
    let line = table.line(row("a/b", ratio: 4.2))
    #expect(line.hasPrefix("a/b "))
    #expect(line.hasSuffix("4.20 x scalar"))
    // What a row says stands below what the heading calls it.
    #expect(
      line.range(of: "current (avx2)")?.lowerBound
        == table.heading.range(of: "contestant")?.lowerBound)
  }
}
