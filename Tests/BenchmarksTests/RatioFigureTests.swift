import Foundation
import Testing

@testable import CombinatorialBenchmarks

@Suite struct RatioFigureTests {
  @Test(arguments: ["svg", "png"])
  func drawsEveryRatio(_ format: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("ratios.\(format)")
      try RatioFigure(rows: [row("a/b", ratio: 2), row("c/d", ratio: 0.5)]).draw(to: file.path)
      let data = try Data(contentsOf: file)
      #expect(data.count > 1000)
      if format == "svg" {
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("a/b: current against scalar"))
        #expect(text.contains("c/d: current against scalar"))
      }
    }
  }

  @Test func nothingToDrawIsSaid() {
    #expect(throws: BenchmarksError.self) { try RatioFigure(rows: []).draw(to: "/nonexistent.svg") }
  }
}
