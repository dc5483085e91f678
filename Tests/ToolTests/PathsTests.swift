import CombinatorialExperiments
import Foundation
import TestSupport
import Testing

@Suite struct PathsTests {
  @Test func trainPrintsItsEvaluation() throws {
    let outcome = try Tool.run(
      "paths", "train", "--maps", "20", "--test-maps", "10", "--epochs", "1", "--gradient",
      "interpolated")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let evaluation = try JSONDecoder().decode(PathEvaluation.self, from: Data(outcome.output.utf8))
    #expect((0...1).contains(evaluation.accuracy))
  }

  @Test func demoComparesAndDraws() throws {
    let folder = try TemporaryFolder()
    let (figure, results) = (folder.path + "/paths.png", folder.path + "/paths.jsonl")
    let outcome = try Tool.run(
      "paths", "demo", "--maps", "20", "--test-maps", "10", "--epochs", "1", "--figure", figure,
      "--results", results)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("value") && outcome.output.contains("interpolated"))
    let png = try Data(contentsOf: URL(fileURLWithPath: figure))
    #expect(png.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    let lines = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2 && lines[1].contains("\"gradient\":\"interpolated\""))
  }

  @Test(arguments: [
    ["--margin", "2"], ["--epochs", "0"], ["--lambda", "-1"], ["--gradient", "x"],
  ])
  func wrongOptionsAreRefused(arguments: [String]) throws {
    let outcome = try Tool.run(["paths", "train"] + arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
  }
}
