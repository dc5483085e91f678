import CombinatorialExperiments
import Foundation
import TestSupport
import Testing

@Suite struct SetsTests {
  @Test func demoComparesAndDraws() throws {
    let folder = try TemporaryFolder()
    let picture = folder.path + "/sets.png"
    let outcome = try Tool.run(
      "sets", "demo", "--pictures", "40", "--test-pictures", "10", "--figure", picture)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(SetsDemo.Row.self, from: Data($0.utf8))
    }
    #expect(rows.map(\.matching) == [.exact, .readingOrder])
    // The same network starts both.
    #expect(rows[0].before == rows[1].before)
    #expect(rows.allSatisfy { (0...1).contains($0.after.meanOverlap) })
    let png = try Data(contentsOf: URL(fileURLWithPath: picture))
    #expect(png.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
  }

  @Test func wrongOptionsAreRefused() throws {
    let outcome = try Tool.run("sets", "demo", "--pictures", "0")
    #expect(outcome.status == 64 && outcome.output.isEmpty)
  }
}
