import CombinatorialExperiments
import Foundation
import TestSupport
import Testing

@Suite struct SummarizeTests {
  /// A text data set of reversed words, as files.
  private static func corpus(in folder: TemporaryFolder) throws -> String {
    for part in ["train", "valid", "test"] {
      let words = (0..<60).map { index in
        (0..<2 + index % 3).map { ["a", "b", "c"][(index + $0 * 2) % 3] }
      }
      let articles = words.map { $0.joined(separator: " ") + "\n" }.joined()
      let titles = words.map { $0.reversed().joined(separator: " ") + "\n" }.joined()
      for (name, text) in [("article", articles), ("title", titles)] {
        try text.write(
          toFile: "\(folder.path)/\(part).\(name).txt", atomically: true, encoding: .utf8)
      }
    }
    return "gigaword:\(folder.path)"
  }

  private static let options = [
    "--hidden", "16", "--embedding", "8", "--batch-size", "10", "--learning-rate", "0.02",
  ]

  @Test func trainsEvaluatesAndRuns() throws {
    let folder = try TemporaryFolder()
    let data = try Self.corpus(in: folder)
    let (file, log) = (folder.path + "/run.safetensors", folder.path + "/log.jsonl")
    let training = try Tool.run(
      ["summarize", "train", "--data", data, "--epochs", "2", "--checkpoint", file, "--log", log]
        + Self.options)
    #expect(training.status == 0, "\(training.errors)")
    let last = try JSONDecoder().decode(SummarizerEpoch.self, from: Data(training.output.utf8))
    #expect(last.epoch == 2 && last.best != nil)
    #expect(try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count == 4)

    let evaluation = try Tool.run(["summarize", "evaluate", "--checkpoint", file, "--json"])
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    let result = try JSONDecoder().decode(TextEvaluation.self, from: Data(evaluation.output.utf8))
    #expect(result.pairs == 60 && result.rouge != nil)
    let samples = try Tool.run(["summarize", "evaluate", "--checkpoint", file, "--samples", "2"])
    #expect(samples.output.contains("ROUGE total") && samples.output.contains("truth"))

    let titles = try Tool.run(
      ["summarize", "run", "--checkpoint", file], input: Data("a b c\n\nb c\n".utf8))
    #expect(titles.status == 0, "\(titles.errors)")
    #expect(titles.output.split(separator: "\n", omittingEmptySubsequences: false).count == 4)

    let figure = folder.path + "/alignment.svg"
    let drawing = try Tool.run(
      ["summarize", "figure", "--checkpoint", file, "--pair", "3", "--figure", figure])
    #expect(drawing.status == 0, "\(drawing.errors)")
    #expect(try String(contentsOfFile: figure, encoding: .utf8).contains("<svg"))
  }

  @Test func refusesBadUsage() throws {
    let missing = try Tool.run(
      ["summarize", "train", "--cache-directory", "/nonexistent", "--epochs", "1"])
    #expect(missing.status == 65)
    #expect(missing.errors.contains("combinatorial-losses data pronunciations"))
    #expect(try Tool.run(["summarize", "train", "--copy", "pointer"]).status == 64)
    #expect(try Tool.run(["summarize", "train", "--dropout", "1"]).status == 64)
    #expect(try Tool.run(["summarize", "train", "--resume"]).status == 64)
    let other = try Tool.run(["summarize", "evaluate", "--checkpoint", "/nonexistent"])
    #expect(other.status == 65 && other.errors.contains("/nonexistent"))
  }
}
