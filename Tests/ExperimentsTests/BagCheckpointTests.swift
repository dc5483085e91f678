import Foundation
import NeuralLayers
import ProblemFiles
import TestSupport
import Testing

@testable import CombinatorialExperiments

@Suite struct BagCheckpointTests {
  private static func save(to file: String) throws -> BagTraining {
    let training = try BagTraining(
      options: BagTrainingTests.options(bagSize: 4, epochs: 1), dataset: Digits.data)
    try training.run(checkpoint: file)
    return training
  }

  @Test func givesBackTheClassifier() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let training = try Self.save(to: file)
    let test = try Digits.data.test
    let classifier = try BagClassifier(checkpoint: file)
    #expect(classifier.options == training.plan.options)
    #expect(
      try classifier.logits(of: test).scalars == training.classifier.logits(of: test).scalars)
  }

  @Test func refusesPicturesOfAnotherSize() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    _ = try Self.save(to: file)
    let others = try PictureSet(
      channels: 1, height: 9, width: 8, pixels: [UInt8](repeating: 0, count: 72), labels: [0],
      classNames: (0...9).map(String.init))
    #expect(throws: TrainingError.self) {
      try BagClassifier(checkpoint: file).testError(on: others)
    }
  }

  @Test func namesTheFileThatIsCutOff() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    _ = try Self.save(to: file)
    let bytes = try FileBytes.read(file)
    for length in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
      let cut = try folder.write(Array(bytes[..<length]), as: "cut.safetensors")
      #expect {
        try BagClassifier(checkpoint: cut)
      } throws: { "\($0)".contains(cut) && "\($0)".contains("byte") }
    }
  }

  private func expectNotACheckpoint(_ file: String) {
    #expect {
      try BagClassifier(checkpoint: file)
    } throws: { error in
      guard case TrainingError.notACheckpoint(file, _) = error else { return false }
      return true
    }
  }

  @Test func refusesFilesOfOtherPrograms() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/other.safetensors"
    for metadata in [[:], ["bag-training": "{}"], ["bag-training": "nonsense"]] {
      try Safetensors(tensors: [:], metadata: metadata).write(to: file)
      expectNotACheckpoint(file)
    }
  }

  /// What a file claims must not decide how much memory is taken, nor overflow a count.
  @Test func refusesAbsurdSizes() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    _ = try Self.save(to: file)
    var contents = try Safetensors(contentsOf: file)
    let state = try #require(contents.metadata["bag-training"])
    for shape in ["[1,8]", "[1,1000000,1000000]", "[1,-8,-8]", "[0,8,8]"] {
      contents.metadata["bag-training"] = state.replacingOccurrences(of: "[1,8,8]", with: shape)
      #expect(contents.metadata["bag-training"] != state)
      try contents.write(to: file)
      #expect(throws: TrainingError.self) { try BagClassifier(checkpoint: file) }
    }
    for (old, new) in [("\"epoch\":1,", "\"epoch\":\(Int.max),"), ("digits", "mnist")] {
      contents.metadata["bag-training"] = state.replacingOccurrences(of: old, with: new)
      #expect(contents.metadata["bag-training"] != state)
      try contents.write(to: file)
      expectNotACheckpoint(file)
    }
  }

  @Test func thePreviousCheckpointSurvivesAFailure() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/run.safetensors"
    let training = try Self.save(to: file)
    let before = try FileBytes.read(file)
    // A folder in the place of the file cannot be replaced by a file.
    let blocked = folder.path + "/blocked"
    try FileManager.default.createDirectory(
      atPath: blocked + "/inside", withIntermediateDirectories: true)
    #expect(throws: CheckpointError.self) { try training.save(to: blocked) }
    #expect(throws: CheckpointError.self) { try training.save(to: folder.path + "/no/folder") }
    #expect(try FileBytes.read(file) == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.sorted() == ["blocked", "run.safetensors"])
  }
}
