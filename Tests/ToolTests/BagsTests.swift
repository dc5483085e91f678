import CombinatorialExperiments
import Foundation
import TestSupport
import Testing

@Suite struct BagsTests {
  private static let options = [
    "--data", "digits", "--model", "mlp", "--bag-size", "4", "--batch-size", "16",
    "--learning-rate", "0.05",
  ]

  @Test func trainsAndEvaluates() throws {
    let folder = try TemporaryFolder()
    let (file, log) = (folder.path + "/run.safetensors", folder.path + "/log.jsonl")
    let training = try Tool.run(
      ["bags", "train"] + Self.options + ["--epochs", "2", "--checkpoint", file, "--log", log])
    #expect(training.status == 0, "\(training.errors)")
    let last = try JSONDecoder().decode(EpochReport.self, from: Data(training.output.utf8))
    #expect(last.epoch == 2)
    #expect(training.errors.contains("epoch 2/2"))
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 4)

    let evaluation = try Tool.run(["bags", "evaluate", "--checkpoint", file, "--json"])
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    let result = try JSONDecoder().decode(BagEvaluation.self, from: Data(evaluation.output.utf8))
    #expect(result.testError == last.testError)
    #expect(result.bagSize == 4)
    let text = try Tool.run(["bags", "evaluate", "--checkpoint", file, "--bag-size", "8"])
    #expect(text.output.contains("test error") && text.output.contains("bags of 8"))
  }

  /// Ctrl-C leaves a checkpoint from which the run goes on to the same end.
  @Test func endsInOrderWhenInterrupted() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let arguments = ["bags", "train"] + Self.options + ["--epochs", "2000", "--checkpoint", file]
    let (process, output, errors) = Tool.process(arguments)
    try process.run()
    let deadline = Date().addingTimeInterval(60)
    while !FileManager.default.fileExists(atPath: file), process.isRunning, Date() < deadline {
      Thread.sleep(forTimeInterval: 0.02)
    }
    process.interrupt()
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
    #expect(outputData.isEmpty)
    #expect(errorText.hasSuffix("stopped; saved in \(file)\n"))
    #expect(throws: Never.self) { try BagClassifier(checkpoint: file) }
  }

  @Test func refusesToResumeAnotherRun() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let train = ["bags", "train"] + Self.options + ["--checkpoint", file]
    #expect(try Tool.run(train + ["--epochs", "1"]).status == 0)
    let other = try Tool.run(train + ["--epochs", "2", "--resume"])
    #expect(other.status == 65)
    #expect(other.errors.contains("epochs: expected 1, found 2"))
    let same = try Tool.run(train + ["--epochs", "1", "--resume"])
    #expect(same.status == 0)
  }

  @Test(arguments: [
    (["--epochs", "0"], "--epochs: expected at least 1, found 0"),
    (["--batch-size", "0"], "--batch-size: expected at least 1, found 0"),
    (["--gray"], "--gray: expected bags of your own, found digits"),
    (["--picture-size", "8"], "--picture-size: expected bags of your own, found digits"),
  ])
  func optionsAreNamedAsTheyWereGiven(options: [String], text: String) throws {
    let outcome = try Tool.run(["bags", "train", "--data", "digits"] + options)
    #expect(outcome.status == 64 && outcome.errors.contains("Error: \(text)"), "\(outcome.errors)")
  }

  @Test func saysHowToGetMissingData() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run([
      "bags", "train", "--data", "cifar100:\(folder.path)", "--cache-directory", folder.path,
    ])
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("train.bin"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func refusesWhatIsNoCheckpoint() throws {
    let folder = try TemporaryFolder()
    let missing = try Tool.run(["bags", "evaluate", "--checkpoint", folder.path + "/none"])
    #expect(missing.status == 65)
    #expect(missing.errors.contains(folder.path + "/none"))
    let noise = try folder.write(Data("not a checkpoint".utf8), as: "noise.safetensors")
    let outcome = try Tool.run(["bags", "evaluate", "--checkpoint", noise])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(noise))
    #expect(outcome.output.isEmpty)
  }

  @Test func comparesBagSizesAndDraws() throws {
    let folder = try TemporaryFolder()
    let figure = folder.path + "/bags.svg"
    let outcome = try Tool.run([
      "bags", "demo", "--data", "digits", "--model", "mlp", "--epochs", "2", "--pictures", "400",
      "--figure", figure,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    try #require(lines.count == 4)
    #expect(lines[0].contains("test error"))
    #expect(outcome.output.contains(figure))
    #expect(FileManager.default.fileExists(atPath: figure))
  }
}
