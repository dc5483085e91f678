import CombinatorialExperiments
import Foundation
import TestSupport
import Testing

@Suite struct OwnBagsTests {
  /// The digits as files, in bags of 4: `bags.jsonl` and `test.jsonl`.
  private static func digits(_ arguments: String...) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      ["data", "bags", "--data", "digits", "--bag-size", "4", "--pictures", "600"] + arguments
        + ["--output", folder.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let summary = try JSONDecoder().decode(BagExport.Summary.self, from: Data(outcome.output.utf8))
    #expect(summary.bags == 150 && summary.pictures == 600 && summary.testPictures == 360)
    return folder
  }

  private static func training(_ folder: TemporaryFolder, _ arguments: String...) -> [String] {
    [
      "bags", "train", "--data", "bags:\(folder.path)/bags.jsonl", "--test",
      "\(folder.path)/test.jsonl", "--picture-size", "8", "--gray", "--model", "mlp",
      "--learning-rate", "0.05", "--batch-size", "16", "--shift", "1",
    ] + arguments
  }

  private static func lines<Record: Decodable>(_ text: String) throws -> [Record] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(Record.self, from: Data($0.utf8))
    }
  }

  @Test func trainsMatchesPredictsAndEvaluates() throws {
    let folder = try Self.digits()
    let file = folder.path + "/run.safetensors"
    let training = try Tool.run(
      Self.training(folder, "--epochs", "12", "--checkpoint", file))
    #expect(training.status == 0, "\(training.errors)")
    let last = try JSONDecoder().decode(EpochReport.self, from: Data(training.output.utf8))
    #expect(try #require(last.testError) < 0.25)

    let evaluation = try Tool.run(["bags", "evaluate", "--checkpoint", file, "--json"])
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    let measured = try JSONDecoder().decode(
      OwnBagEvaluation.self, from: Data(evaluation.output.utf8))
    #expect(measured.testError == last.testError && measured.testPictures == 360)
    #expect(measured.bags == 150 && measured.bagPictures == 600 && measured.badLines == 0)
    #expect(try #require(measured.missedLabels) < 0.15)
    let testAlone = try Tool.run([
      "bags", "evaluate", "--checkpoint", file, "--test", folder.path + "/test.jsonl",
    ])
    #expect(testAlone.output.contains("test error") && !testAlone.output.contains("loss"))
    // The pictures of the data set are those of the files.
    let labeled = try Tool.run([
      "bags", "evaluate", "--checkpoint", file, "--data", "digits", "--bag-size", "4", "--json",
    ])
    let other = try JSONDecoder().decode(BagEvaluation.self, from: Data(labeled.output.utf8))
    #expect(other.testError == last.testError)

    let drawn = folder.path + "/drawn"
    let match = try Tool.run([
      "bags", "match", "--checkpoint", file, "--limit", "2", "--draw", drawn,
    ])
    #expect(match.status == 0, "\(match.errors)")
    let matched: [MatchRecord] = try Self.lines(match.output)
    #expect(matched.map(\.line) == [1, 2])
    #expect(matched.allSatisfy { $0.pictures.count == 4 && $0.unmatchedLabels.isEmpty })
    for line in [1, 2] {
      let picture = try Data(contentsOf: URL(fileURLWithPath: "\(drawn)/bag-\(line).png"))
      #expect(picture.count > 1000)
    }

    let pictures = (0..<3).map { "\(folder.path)/test/00000\($0).png" }
    let prediction = try Tool.run(
      ["bags", "predict", "--checkpoint", file, "--top", "3"] + pictures)
    #expect(prediction.status == 0, "\(prediction.errors)")
    let predicted: [PredictionRecord] = try Self.lines(prediction.output)
    #expect(predicted.map(\.file) == pictures)
    for record in predicted {
      #expect(record.probabilities.count == 3)
      #expect(record.probabilities.values.max() == record.probability)
    }
    let list = try Tool.run(
      ["bags", "predict", "--checkpoint", file, "--list", folder.path + "/test.jsonl"])
    let all: [PredictionRecord] = try Self.lines(list.output)
    #expect(all.count == 360)
    #expect(all.allSatisfy { abs($0.probabilities.values.reduce(0, +) - 1) < 1e-4 })
    let truth = try String(contentsOfFile: folder.path + "/test.jsonl", encoding: .utf8)
      .split(separator: "\n")
    let wrong = zip(all, truth).count { !$1.contains("\"label\":\"\($0.label)\"") }
    #expect(Double(wrong) / 360 == last.testError)
  }

  @Test func trainsFromCountsOfLargeBags() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Tool.run(
        "data", "bags", "--data", "digits", "--bag-size", "256", "--labels", "counts",
        "--passes", "2", "--format", "jpeg", "--output", folder.path
      ).status == 0)
    let training = try Tool.run(
      Self.training(folder, "--epochs", "2"))
    #expect(training.status == 0, "\(training.errors)")
    let last = try JSONDecoder().decode(EpochReport.self, from: Data(training.output.utf8))
    #expect(last.bagSize == 256 && last.bags == 10 && last.pictures == 2560)
  }

  /// File, line and reason, and the status of bad data; with `--skip-bad` they are counted.
  @Test func namesBadLines() throws {
    let folder = try Self.digits()
    let (bags, test) = (folder.path + "/bags.jsonl", folder.path + "/test.jsonl")
    let good = try String(contentsOfFile: bags, encoding: .utf8)
    let file = folder.path + "/run.safetensors"
    let train = Self.training(folder, "--epochs", "1", "--checkpoint", file)
    let missing = "{\"pictures\": [\"training/none.png\"], \"labels\": [\"3\"]}\n"
    try folder.write(Array("\(missing)no JSON\n\(good)".utf8), as: "bags.jsonl")
    let refused = try Tool.run(train)
    #expect(refused.status == 65 && refused.output.isEmpty)
    #expect(refused.errorLines.count == 2)
    #expect(refused.errors.contains("\(bags): line 2: expected a JSON object"))
    let skipping = try Tool.run(train + ["--skip-bad"])
    #expect(skipping.status == 0, "\(skipping.errors)")
    #expect(skipping.errors.contains("line 1: \(folder.path)/training/none.png: cannot be read"))
    #expect(skipping.errors.contains("\(bags): 2 skipped"))
    let evaluation = try Tool.run(
      "bags", "evaluate", "--checkpoint", file, "--json", "--skip-bad")
    #expect(evaluation.output.contains("\"badLines\":2"))

    try folder.write(Array(good.utf8), as: "bags.jsonl")
    let unknown = "{\"picture\": \"test/000000.png\", \"label\": \"ten\"}\n"
    try folder.write(Array(unknown.utf8), as: "test.jsonl")
    for command in [train, ["bags", "evaluate", "--checkpoint", file, "--test", test]] {
      let outcome = try Tool.run(command)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("\(test): line 1: unknown label 'ten'"))
    }
    let foreign = try folder.write(
      Array("{\"pictures\": [\"test/000000.png\"], \"labels\": [\"ten\"]}\n".utf8), as: "f.jsonl")
    let match = try Tool.run("bags", "match", "--checkpoint", file, "--data", "bags:\(foreign)")
    #expect(match.status == 65 && match.errors.contains("line 1: unknown label 'ten'"))

    let noise = try folder.write(Array("noise".utf8), as: "noise.png")
    let picture = folder.path + "/test/000000.png"
    let predict = ["bags", "predict", "--checkpoint", file, noise, picture]
    let predicted = try Tool.run(predict)
    #expect(predicted.status == 65 && predicted.output.isEmpty)
    #expect(predicted.errors.contains("\(noise): expected a PNG or JPEG file, found 'noise'"))
    let other = try Tool.run(predict + ["--skip-bad"])
    #expect(other.status == 0 && other.errors.contains("1 skipped"))
    #expect(other.output.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    ["bags", "train", "--data", "bags:b.jsonl", "--bag-size", "4"],
    ["bags", "train", "--data", "bags:b.jsonl", "--curriculum", "2"],
    ["bags", "train", "--data", "bags:b.jsonl", "--gradient", "lp"],
    ["bags", "train", "--data", "bags:b.jsonl", "--picture-size", "32x"],
    ["bags", "train", "--data", "bags:b.jsonl", "--picture-size", "0"],
    ["bags", "train", "--data", "bags:b.jsonl", "--unmatched-cost", "nan"],
    ["bags", "train", "--data", "digits", "--unmatched-cost", "2"],
    ["bags", "train", "--data", "digits", "--gray"],
    ["bags", "train", "--data", "bags:"],
    ["bags", "demo", "--data", "bags:b.jsonl"],
    ["bags", "grid", "--data", "bags:b.jsonl", "--results", "r"],
    ["bags", "match", "--checkpoint", "c", "--data", "digits"],
    ["bags", "match", "--checkpoint", "c", "--unmatched-cost", "-1"],
    ["bags", "match", "--checkpoint", "c", "--limit", "0"],
    ["bags", "predict", "--checkpoint", "c"],
    ["bags", "predict", "--checkpoint", "c", "a.png", "--list", "l"],
    ["bags", "predict", "--checkpoint", "c", "a.png", "--top", "0"],
    ["data", "bags", "--data", "bags:b.jsonl", "--output", "o"],
    ["data", "bags", "--data", "digits", "--output", "o", "--bag-size", "0"],
  ])
  func refusesWrongUsage(arguments: [String]) throws {
    let outcome = try Tool.run(arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty && !outcome.errors.isEmpty)
  }

  @Test func namesMissingFiles() throws {
    let folder = try TemporaryFolder()
    let none = folder.path + "/none"
    for arguments in [
      ["bags", "train", "--data", "bags:\(none)"], ["bags", "match", "--checkpoint", none],
      ["bags", "predict", "--checkpoint", none, "a.png"],
    ] {
      let outcome = try Tool.run(arguments)
      #expect(outcome.status == 65 && outcome.errors.contains(none))
    }
    let blocked = try folder.write([], as: "blocked")
    let written = try Tool.run("data", "bags", "--data", "digits", "--output", blocked + "/out")
    #expect(written.status == 74 && written.errors.contains(blocked))
  }
}
